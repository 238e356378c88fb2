"""One organisation over several enterprises: one organisation, each covered, and no day uncovered (domain §3, traps)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.e2e.office import MovedClock, Office

COUNTY, OTHER_COUNTY, CITY = "410803", "410804", "410800"


def statuses(office: Office, members: list[str], day: date | None = None) -> list[str]:
    extra = {"day": day} if day else {}
    return [office.ask("Explain", enterprise=code, **extra)["row"]["status"] for code in members]


def figures(office: Office, unit: str, day: date | None = None) -> Any:
    return office.ask("Figures", unit=unit, **({"day": day} if day else {}))["figures"]


def joint(office: Office, clock: MovedClock, name: str) -> str:
    organisation: str = office.do("OpenOrganisation", name=name, form="joint", unit=COUNTY)["subject"]
    office.do("RecordStep", organisation=organisation, step="approved", on=clock.today, number="组〔2026〕3号")
    return organisation


def test_four_enterprises_under_one_organisation(office: Office, clock: MovedClock, new_codes: Iterator[str]) -> None:
    members = [next(new_codes) for _ in range(4)]
    office.settle()
    before = figures(office, CITY)
    for n, code in enumerate(members):
        office.do("RegisterEnterprise", code=code, name=f"联合{n}物业服务有限公司", unit=COUNTY)
        office.do("CountMembers", enterprise=code, formal=2, probationary=0, elsewhere=0)
    organisation = joint(office, clock, "四企联合党支部")
    for code in members:
        office.do("JoinOrganisation", enterprise=code, organisation=organisation)
    office.settle()
    assert statuses(office, members) == ["joint"] * 4
    assert grown(figures(office, CITY), before, "joint") == 4
    formed_on = clock.today

    clock.pass_days()
    office.do("CountMembers", enterprise=members[0], formal=3)
    office.settle()
    said = office.ask("Explain", enterprise=members[0])
    assert (said["row"]["status"], said["row"]["duty"]) == ("joint", "")
    assert "联合组建中具备单独组建条件" in "".join(said["warnings"])
    assert int(figures(office, CITY)["joint_with_three"]) == int(before["joint_with_three"]) + 1

    clock.pass_days()
    office.do("LeaveOrganisation", enterprise=members[3], organisation=organisation)
    office.settle()
    assert statuses(office, members) == ["joint", "joint", "joint", "none"]
    assert office.ask("Explain", enterprise=members[3])["row"]["duty"] == "join"

    clock.pass_days()
    other = joint(office, clock, "合并后联合党支部")
    office.do("EndOrganisation", organisation=organisation, cause="merged", successor=other)
    merged_on = clock.today
    office.settle()
    assert statuses(office, members) == ["joint", "joint", "joint", "none"]
    day = formed_on
    while day <= merged_on + timedelta(days=1):
        assert statuses(office, members[:3], day) == ["joint"] * 3, f"uncovered on {day}"
        day += timedelta(days=1)
    history = office.ask("Explain", enterprise=members[1])["history"]
    assert [s["status"] for s in history if s["status"] in ("joint", "none")].count("joint") == 1, "one unbroken run"


def test_a_move_to_another_county_leaves_last_month_alone(
    office: Office, clock: MovedClock, new_codes: Iterator[str]
) -> None:
    code = next(new_codes)
    office.do("RegisterEnterprise", code=code, name="搬迁物业服务有限公司", unit=COUNTY)
    office.do("CountMembers", enterprise=code, formal=1, probationary=0, elsewhere=0)
    office.settle()
    last_month = clock.today
    was = {unit: figures(office, unit, last_month) for unit in (COUNTY, OTHER_COUNTY, CITY)}
    clock.pass_days(31)
    office.do("PlaceEnterprise", enterprise=code, unit=OTHER_COUNTY)
    office.settle()
    assert {unit: figures(office, unit, last_month) for unit in was} == was
    now = {unit: figures(office, unit) for unit in was}
    assert int(now[COUNTY]["registered"]) == int(was[COUNTY]["registered"]) - 1
    assert int(now[OTHER_COUNTY]["registered"]) == int(was[OTHER_COUNTY]["registered"]) + 1
    assert int(now[CITY]["registered"]) == int(was[CITY]["registered"])


def test_last_month_is_asked_under_last_months_tree(
    office: Office, clock: MovedClock, new_codes: Iterator[str]
) -> None:
    office.settle()
    zone = office.do("OpenUnit", name="城西示范区", level="other", parent=CITY)["subject"]
    street = office.do("OpenUnit", name="西园街道", level="street", parent=COUNTY)["subject"]
    code = next(new_codes)
    office.do("RegisterEnterprise", code=code, name="改隶物业服务有限公司", unit=street)
    office.settle()
    last_month = clock.today
    before = figures(office, COUNTY, last_month)
    clock.pass_days(31)
    office.do("MoveUnit", unit=street, parent=zone)
    office.settle()
    office.until(lambda: int(figures(office, zone)["registered"]) == 1, "the moved street counts in the zone")
    assert figures(office, COUNTY, last_month) == before
    assert int(figures(office, COUNTY)["registered"]) == int(before["registered"]) - 1
    assert int(figures(office, CITY)["registered"]) == int(figures(office, CITY, last_month)["registered"])


def grown(now: Any, before: Any, status: str) -> int:
    return int(now["by_status"].get(status, 0)) - int(before["by_status"].get(status, 0))
