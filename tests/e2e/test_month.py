"""A month as offices live it, in a real browser: played with the mouse, and once more with the keyboard alone.

Facts are entered in the street; the month ends; the street, its county, its city and the province send, one sends back;
then a fact turns out to be wrong: every report is sent anew, and the province's first edition stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import month as acts
from tests.e2e.hands import Keyboard, Mouse
from tests.e2e.month import CITY, PROVINCE, Month
from tests.e2e.office import MovedClock, Office, codes
from tests.e2e.people import Person
from tests.fixtures.installation import Installation
from xianfeng.clock import SHANGHAI

START = datetime(2026, 3, 10, 9, tzinfo=SHANGHAI)
NOTE = "指导员选派到位，工作覆盖增加12家"
PLAYED = [pytest.param((Mouse, "411502"), id="mouse"), pytest.param((Keyboard, "411503"), id="keyboard")]


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> MovedClock:
    return MovedClock(tmp_path_factory.mktemp("clock") / "now", START)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, clock: MovedClock) -> Iterator[Installation]:
    """A province of its own: its report stands on what this month is about, and on nothing else."""
    settings = {"XIANFENG_CLOCK": clock.spec, "XIANFENG_ROOT_UNIT": PROVINCE}
    with Installation(tmp_path_factory.mktemp("month"), settings) as found:
        yield found


@pytest.fixture(scope="module")
def office(installation: Installation) -> Iterator[Office]:
    found = Office(installation.settings)
    yield found
    found.close()


@pytest.fixture(scope="module")
def firms() -> Iterator[str]:
    return codes(411500)


@pytest.fixture(params=PLAYED)
def month(
    request: pytest.FixtureRequest, browser: Browser, installation: Installation, office: Office, clock: MovedClock
) -> Iterator[Month]:
    """A county's month, and the hands that everybody in it works with."""
    hands, county = request.param

    def sits(role: str, unit: str) -> Person:
        return Person(browser, installation, office, hands, role, unit)

    found = Month(office, clock, county, sits)
    yield found
    for person in found.everybody:
        person.goes_home()


def test_a_month(month: Month, firms: Iterator[str], tmp_path: Path) -> None:
    known = acts.registers(month, firms)
    *_, covered, surveyed, counted = known
    acts.logs_in(month.clerk, f"clerk-{month.street}")
    acts.hands_in_the_ledger(month, known[surveyed], 1, tmp_path)
    acts.counts_members(month.clerk, known[counted], 4, "社区核实")
    assert month.duty(known[counted]) == "form_organisation"
    acts.assigns_an_adviser(month)
    acts.verifies(month, known[surveyed])
    month.ends()
    send_up(month)
    put_right(month, covered, known[covered])


def send_up(month: Month) -> None:
    """From below upwards; the county sends back once, and the city does not ask whoever else has enterprises."""
    clerk, county, city, province = month.everybody
    acts.waits(month, county)
    acts.sends(month, clerk, NOTE, 1)
    acts.sends_back(month, county, clerk, "请核对1家应建未建的企业")
    clerk.goes(f"/units/{clerk.subject}/reports?month={month.name}")
    expect(clerk.page.locator("main")).to_contain_text("请核对1家应建未建的企业")
    acts.sends(month, clerk, f"{NOTE}，已核对", 2)
    acts.sends(month, county, NOTE, 1)
    for other in month.office.ask("Overview", unit=CITY)["children"]:
        if other["unit"]["id"] != county.subject and int(other["registered"]):
            acts.excuses(month, city, other["unit"]["id"])
    acts.sends(month, city, NOTE, 1)
    acts.sends(month, province, NOTE, 1)


def put_right(month: Month, firm: str, code: str) -> None:
    """One enterprise had been deregistered: from above downwards everybody sends back, then sends anew."""
    clerk, county, city, province = month.everybody
    saved = month.kept(province, 1)
    acts.corrects(month, code)
    acts.takes_back(month, province)
    for person, of in ((province, city), (city, county), (county, clerk)):
        acts.sends_back(month, person, of, "1家企业本月已注销，请更正")
    for person, edition in ((clerk, 3), (county, 2), (city, 2), (province, 2)):
        acts.sends(month, person, "更正：1家企业本月已注销", edition)
    old = month.kept(province, 1)
    assert (old.content, list(old.notes), old.last) == (saved.content, [NOTE], 2)
    acts.compares(month, province, firm)
