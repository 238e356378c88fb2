"""The life of one enterprise (H 二(二)): after each step its status, duty and clause, and the figures of all ancestors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.office import MovedClock, Office
from tests.e2e.page import Page

COUNTY, CITY, PROVINCE, NATION = "410802", "410800", "410000", "100000"
ANCESTORS = (COUNTY, CITY, PROVINCE, NATION)


class Life:
    """One enterprise; `expect` compares everything that is said of it with what should be said."""

    def __init__(self, office: Office, clock: MovedClock, page: Page, code: str) -> None:
        self.office, self.clock, self.page, self.code = office, clock, page, code
        office.settle()
        self.before = {unit: self.figures(unit) for unit in ANCESTORS}

    def figures(self, unit: str) -> dict[str, Any]:
        return self.office.ask("Figures", unit=unit)["figures"]

    def expect(
        self, status: str, duty: str, *, clause: str = "", since: Any = None, days: int = 90, rates: dict[str, tuple[int, int]],
        **counts: int,
    ) -> dict[str, Any]:  # fmt: skip
        self.office.settle()
        said = self.office.ask("Explain", enterprise=self.code)
        row = said["row"]
        assert (row["status"], row["duty"]) == (status, duty)
        if duty and duty != "survey":
            assert row["since"] == str(since)
            assert row["due"] == str(since + timedelta(days=days))
        assert clause in (said["duty_clause"] if duty else said["status_clause"])
        assert said["duty_clause_text"] or not duty
        for unit in ANCESTORS:
            self._expect_figures(unit, status, duty, rates, counts)
        self.page.shows_enterprise(self.code, status, duty)
        self.page.shows_figures(CITY, self.figures(CITY))
        return said

    def _expect_figures(
        self, unit: str, status: str, duty: str, rates: dict[str, tuple[int, int]], counts: dict[str, int]
    ) -> None:
        now, before = self.figures(unit), self.before[unit]
        grown = {k: int(v) - int(before["by_status"].get(k, 0)) for k, v in now["by_status"].items()}
        assert {k: n for k, n in grown.items() if n} == {status: 1}, unit
        duties = {
            k: int(v) - int(before["by_duty"].get(k, 0)) for k, v in now["by_duty"].items() if k not in ("", "none")
        }
        assert {k: n for k, n in duties.items() if n} == ({duty: 1} if duty else {}), unit
        for name, n in counts.items():
            assert int(now[name]) - int(before[name]) == n, (unit, name)
        was = {rate["name"]: rate for rate in before["rates"]}
        for rate in now["rates"]:
            if rate["name"] in rates:
                old = was[rate["name"]]
                parts = ("numerator", "denominator")
                assert tuple(int(rate[p]) - int(old[p]) for p in parts) == rates[rate["name"]], (unit, rate)


@pytest.fixture
def life(office: Office, clock: MovedClock, page: Page, code: str) -> Iterator[Life]:
    return Life(office, clock, page, code)


def test_from_unknown_to_deregistered(life: Life, office: Office, clock: MovedClock) -> None:
    code = life.code
    office.do("RegisterEnterprise", code=code, name="一生物业服务有限公司", unit=COUNTY)
    life.expect(
        "none",
        "survey",
        clause="二（二）",
        enterprises=1,
        unsurveyed=1,
        registered=1,
        rates={"R1": (0, 1), "R3": (0, 0)},
    )

    clock.pass_days()
    office.do("CountMembers", enterprise=code, formal=0, probationary=0, elsewhere=0)
    nobody = clock.today
    life.expect(
        "none", "assign_adviser", clause="二（二）", since=nobody, unsurveyed=0, rates={"R1": (0, 1), "R4": (0, 1)}
    )

    clock.pass_days()
    office.do("CountMembers", enterprise=code, formal=1)
    life.expect("none", "join", clause="二（二）", since=clock.today, rates={"R3": (0, 0)})

    clock.pass_days()
    office.do("CountMembers", enterprise=code, formal=3)
    ripe = clock.today
    life.expect("none", "form_organisation", clause="二（二）", since=ripe, rates={"R3": (0, 1), "R3a": (0, 1)})

    organisation = office.do("OpenOrganisation", name="一生物业党支部", form="own", unit=COUNTY, of=code)["subject"]
    for step in ("mobilised", "planned", "requested"):
        clock.pass_days()
        office.do("RecordStep", organisation=organisation, step=step, on=clock.today)
        life.expect("none", "form_organisation", since=ripe, rates={"R2": (0, 1)})
    clock.pass_days()
    office.do("RecordStep", organisation=organisation, step="approved", on=clock.today, number="焦组〔2026〕1号")
    said = life.expect("own", "", clause="二（二）", rates={"R1": (1, 1), "R2": (1, 1), "R3": (1, 1), "R5": (1, 1)})
    assert any(fact["in_force"] and fact["slot"] == "own" for fact in said["facts"])
    for step in ("elected", "established"):
        clock.pass_days()
        office.do("RecordStep", organisation=organisation, step=step, on=clock.today)
        life.expect("own", "", rates={"R2": (1, 1)})

    clock.pass_days()
    office.do("CountMembers", enterprise=code, formal=1)
    said = life.expect("own", "", rates={"R2": (1, 1), "R3": (0, 0)})
    assert said["warnings"], "an own organisation with fewer than three formal members is a warning, not a duty"

    clock.pass_days()
    office.do("EndOrganisation", organisation=organisation, cause="withdrawn", document="焦组〔2026〕2号")
    life.expect("none", "join", since=clock.today, rates={"R1": (0, 1)})

    clock.pass_days()
    office.do("ChangeRegistryStatus", enterprise=code, registry_status="deregistered")
    life.expect("inactive", "", enterprises=0, inactive=1, registered=1, to_settle=0, rates={"R1": (0, 0)})


def test_a_deregistered_enterprise_with_an_organisation_is_to_settle(
    office: Office, clock: MovedClock, code: str, form_own: Any
) -> None:
    office.do("RegisterEnterprise", code=code, name="待处置物业服务有限公司", unit=COUNTY)
    form_own(code)
    office.settle()
    before = int(office.ask("Figures", unit=COUNTY)["figures"]["to_settle"])
    clock.pass_days()
    office.do("ChangeRegistryStatus", enterprise=code, registry_status="revoked")
    office.settle()
    assert int(office.ask("Figures", unit=COUNTY)["figures"]["to_settle"]) == before + 1
    assert office.ask("Explain", enterprise=code)["row"]["status"] == "inactive"
