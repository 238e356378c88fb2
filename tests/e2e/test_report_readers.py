"""Monthly reports for every role: who sees a unit's reports, who may send, send back and excuse, and who sees nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import httpx
import pytest

from services.console.session import COOKIE
from tests.e2e.office import Office
from tests.e2e.session import session_of
from tests.fixtures.installation import Installation

CITY, COUNTY, STREET, SIBLING = "411200", "411202", "411202001", "411203"
MONTH, BEFORE = "2026-01", date(2025, 11, 3)
PAGES = ("reports", f"reports/{MONTH}", f"reports/{MONTH}/print", f"reports/{MONTH}/xlsx")
SENDS, DECIDES, EXCUSES = 'id="send"', 'id="return"', 'id="excuse"'


@pytest.fixture(scope="module", autouse=True)
def enterprise(office: Office, new_codes: Iterator[str]) -> None:
    office.do("RegisterEnterprise", code=next(new_codes), name="三门峡月报物业", unit=STREET, effective=BEFORE)
    office.settle()


@pytest.fixture(scope="module")
def reader(installation: Installation, office: Office) -> Iterator[Callable[[str, str], httpx.Client]]:
    """A browser without pictures, of this role at this unit."""
    settings, opened = installation.settings, list[httpx.Client]()
    address = f"http://{settings.address('console')}"

    def reader(role: str, unit: str) -> httpx.Client:
        subject = office.ask("Figures", unit=unit)["figures"]["unit"]["id"]
        cookie = session_of(settings, role, subject)
        opened.append(
            httpx.Client(base_url=address, cookies={COOKIE: cookie}, headers={"origin": address}, trust_env=False)
        )
        return opened[-1]

    yield reader
    for client in opened:
        client.close()


def offered(client: httpx.Client, unit: str) -> set[str]:
    """Which forms the unit's report of now has for this reader."""
    shown = client.get(f"/units/{unit}/reports/{MONTH}", timeout=30)
    assert shown.status_code == 200
    return {form for form in (SENDS, DECIDES, EXCUSES) if form in shown.text}


@pytest.mark.parametrize(
    ("role", "unit", "forms"),
    [("sub_district", STREET, {SENDS}), ("housing_authority", COUNTY, {EXCUSES}),
     ("industry_committee", COUNTY, {EXCUSES}), ("organisation_department", CITY, {EXCUSES}),
     ("auditor", COUNTY, set()), ("community", STREET, set())],
)  # fmt: skip
def test_who_may_do_what_with_the_report_of_a_street(
    reader: Callable[[str, str], httpx.Client], role: str, unit: str, forms: set[str]
) -> None:
    client = reader(role, unit)
    for page in PAGES:
        assert client.get(f"/units/{STREET}/{page}", timeout=30).status_code == 200, page
    assert offered(client, STREET) == forms


@pytest.mark.parametrize("role", ["sub_district", "housing_authority", "organisation_department", "auditor"])
def test_a_sibling_unit_sees_nothing(reader: Callable[[str, str], httpx.Client], role: str) -> None:
    client = reader(role, SIBLING)
    for page in (*PAGES, f"reports/{MONTH}/compare"):
        answer = client.get(f"/units/{COUNTY}/{page}", timeout=30)
        assert (answer.status_code, "三门峡月报物业" in answer.text) == (403, False), page


def test_what_is_not_offered_is_refused(reader: Callable[[str, str], httpx.Client]) -> None:
    street, sibling, auditor = (
        reader(role, unit)
        for role, unit in (("sub_district", STREET), ("housing_authority", SIBLING), ("auditor", COUNTY))
    )
    token = street.get(f"/units/{STREET}/reports/{MONTH}", timeout=30).text.split('name="token" value="')[1]
    own = {"token": token.split('"')[0], "reason": "不需要"}
    for act in ("return", "excuse"):
        for client in (street, sibling, auditor):
            answer = client.post(f"/units/{STREET}/reports/{MONTH}/{act}", data=own, timeout=30)
            assert answer.status_code == 403, (act, answer.text[:300])
    elsewhere = street.post(
        f"/units/{STREET}/reports/{MONTH}/send", data=own, headers={"origin": "http://elsewhere.invalid"}, timeout=30
    )
    assert elsewhere.status_code == 403


def test_the_street_sends_and_the_county_excuses_sees_and_sends_back(
    reader: Callable[[str, str], httpx.Client],
) -> None:
    street, county = reader("sub_district", STREET), reader("housing_authority", COUNTY)
    listed = f"/units/{COUNTY}/reports?month={MONTH}"
    assert "已报 0 个，未报 1 个，退回 0 个，不需报送 0 个" in county.get(listed, timeout=30).text
    assert "下级尚未报送：" in county.get(f"/units/{COUNTY}/reports/{MONTH}", timeout=30).text
    _post(county, STREET, "excuse", {"reason": "本月由县级统一核对", "above": COUNTY})
    assert "不需报送 1 个" in county.get(listed, timeout=30).text
    assert offered(county, COUNTY) == {SENDS}
    _post(street, STREET, "send", {"notes": "没有变化"})
    assert "已报 1 个" in county.get(listed, timeout=30).text
    assert 'id="return"' in county.get(f"/units/{STREET}/reports/{MONTH}?edition=1", timeout=30).text
    _post(county, STREET, "return", {"reason": "请核对", "edition": "1"}, edition=1)
    assert "退回 1 个" in county.get(listed, timeout=30).text
    assert "上级已退回：请核对" in street.get(f"/units/{STREET}/reports/{MONTH}", timeout=30).text


def _post(client: httpx.Client, unit: str, act: str, values: dict[str, str], edition: int = 0) -> None:
    """Send the page's own form, filled in."""
    shown = client.get(f"/units/{unit}/reports/{MONTH}", params={"edition": edition} if edition else {}, timeout=30)
    form = shown.text.split(f'id="{act}"', 1)[1].split("</form>", 1)[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    answer = client.post(f"/units/{unit}/reports/{MONTH}/{act}", data={**hidden, **values}, timeout=30)
    assert answer.status_code == 303, answer.text[-500:]
