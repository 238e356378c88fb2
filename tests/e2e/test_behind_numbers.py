"""Behind every number of an overview stands the list that it counts, of any day; lists by keyboard, live, and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import httpx
import pytest
from playwright.sync_api import Browser, expect

from services.console.session import COOKIE
from services.registry.divisions import unit_id
from tests.e2e.browser import DESK, Visitor
from tests.e2e.office import Office, codes
from tests.e2e.page import Page
from tests.e2e.session import session_of
from tests.fixtures.installation import Installation

COUNTY, SIBLING = "411302", "411303"
# What the test tells is true from here on, whatever day the shared clock shows.
FIRST, LATER = date(2025, 6, 1), date(2025, 11, 1)
SECOND = 5_000
_CODES = codes(4113)

# A number and the list behind it, as the overview's parts put them: label first, number first, number inside.
SHAPES = (
    re.compile(r'<a href="(/units/[^"]+)">[^<]+</a>(?:</span>|</th>)\s*<(?:strong|td)[^>]*>\s*(?:<span class="count">)?<span id="[^"]+" data-live>([\d,]+)<'),
    re.compile(r'data-live>(?P<number>[\d,]+)</b> \S+ <a href="(?P<href>/units/[^"]+)"'),
    re.compile(r'<a href="(/units/[^"]+)" aria-label="[^"]+"><span id="[^"]+" data-live>([\d,]+)<'),
)  # fmt: skip
TOTAL = re.compile(r"<strong>共 ([\d,]+) ")


@dataclass
class Told:
    """Credit codes by their place in the story, and the subjects of what stands beside them."""

    firms: list[str] = field(default_factory=list)
    project: str = ""
    organisation: str = ""
    adviser: str = ""


@pytest.fixture(scope="module")
def told(office: Office) -> Told:
    """Six enterprises: joint, own, to form, with one member, without a count, out of work; three projects."""
    found = Told()
    for number in range(6):
        found.firms.append(next(_CODES))
        office.do("RegisterEnterprise", code=found.firms[-1], name=f"宛城{number}号物业", unit=COUNTY, effective=FIRST)
    for code, formal in zip(found.firms, (3, 2, 4, 1, None, 0), strict=True):
        if formal is not None:
            office.do("CountMembers", enterprise=code, formal=formal, probationary=0, elsewhere=0, effective=FIRST)
    found.organisation = form(office, "宛城联合党支部", "joint", "enterprises")
    office.do("JoinOrganisation", enterprise=found.firms[0], organisation=found.organisation, effective=LATER)
    found.adviser = office.do("AppointAdviser", kind="community", unit=COUNTY, name="某某", effective=FIRST)["subject"]
    for code in found.firms[2:4]:
        office.do("AssignAdviser", enterprise=code, adviser=found.adviser, effective=LATER)
    for number in range(3):
        project = office.do("RegisterProject", name=f"宛城{number}号小区", unit=COUNTY, effective=FIRST)["subject"]
        found.project = found.project or project
        if number < 2:
            office.do("StartService", project=project, enterprise=found.firms[number], effective=FIRST)
    covering = form(office, "宛城小区党支部", "regional", "projects")
    office.do("CoverProject", project=found.project, organisation=covering, effective=LATER)
    office.settle()
    office.until(
        lambda: "宛城2号物业" in str(office.query("ListAdviserPosts", unit=COUNTY)), "the adviser's enterprises"
    )
    return found


def form(office: Office, name: str, kind: str, covers: str) -> str:
    """An organisation that stands from the first day on; its subject."""
    opened = office.do("OpenOrganisation", name=name, form=kind, unit=COUNTY, covers=covers, effective=FIRST)
    organisation: str = opened["subject"]
    office.do("RecordStep", organisation=organisation, step="approved", on=FIRST, number="宛组〔2025〕1号")
    return organisation


@pytest.fixture(scope="module")
def visitor(browser: Browser, installation: Installation, told: Told) -> Iterator[Visitor]:
    found = Visitor(browser, f"http://{installation.settings.address('console')}", DESK)
    found.bear(session_of(installation.settings, "administrator", ""))
    yield found
    found.close()


def numbers(text: str) -> dict[str, int]:
    """Address of a list → the number that leads to it."""
    found = {}
    for shape in SHAPES:
        for match in shape.finditer(text):
            href, number = (match["href"], match["number"]) if "href" in shape.groupindex else match.groups()
            found[href.replace("&amp;", "&")] = int(number.replace(",", ""))
    return found


@pytest.mark.parametrize("day", ["", "2025-07-15"])
def test_behind_every_number_stands_a_list_as_long(page: Page, told: Told, day: str) -> None:
    query = f"?day={day}" if day else ""
    shown = numbers(page.get(f"/units/{COUNTY}{query}"))
    assert len(shown) > 35
    assert any(number for address, number in shown.items() if "/projects?" in address)
    # The unit's own come first, what stands at the unit itself comes last; of its children two are enough.
    chosen = list(shown.items())
    for address, number in [*chosen[:42], *chosen[-1:]]:
        assert not day or f"day={day}" in address
        total = TOTAL.search(page.get(address))
        assert total is not None, address
        assert int(total[1].replace(",", "")) == number, address


def test_lists_of_a_past_day_show_that_day_and_lead_on_in_it(page: Page, told: Told) -> None:
    past, day = "2025-07-15", "?day=2025-07-15"
    text = page.get(f"/units/{COUNTY}/organisations{day}")
    assert "宛城联合党支部" in text
    assert "宛城0号物业" not in text
    assert f"您查看的是 {past} 的情况" in text
    assert "实时数" not in text
    assert f"{told.firms[0]}" in page.get(f"/units/{COUNTY}/organisations")
    assert "宛城2号物业" not in page.get(f"/units/{COUNTY}/advisers{day}")
    assert "宛城2号物业" in page.get(f"/units/{COUNTY}/advisers")
    assert "宛城2号物业" in page.get(f"/advisers/{told.adviser}")
    covered = page.get(f"/units/{COUNTY}/projects?filter=projects_covered")
    assert "宛城0号小区" in covered
    assert "宛城1号小区" not in covered
    assert "没有符合条件的项目" in page.get(f"/units/{COUNTY}/projects?filter=projects_covered&day={past}")
    project = page.get(f"/projects/{told.project}{day}")
    assert f"/enterprises/{told.firms[0]}" in project or "宛城0号物业" in project
    assert "宛城小区党支部" not in project
    assert "宛城小区党支部" in page.get(f"/projects/{told.project}")


def test_one_or_two_members_are_a_band_beside_the_line(installation: Installation, told: Told) -> None:
    address = f"http://{installation.settings.address('console')}/enterprises/{told.firms[1]}"
    seen = {}
    for unit in (COUNTY, SIBLING):
        cookies = {COOKIE: session_of(installation.settings, "administrator", unit_id(unit))}
        seen[unit] = httpx.get(address, cookies=cookies, trust_env=False, timeout=30).text
    assert "2名（社区核实）" in seen[COUNTY]
    assert ">2名（社区核实）" not in seen[SIBLING]
    assert "1–2名（社区核实）" in seen[SIBLING]


def test_a_list_by_keyboard(visitor: Visitor, told: Told) -> None:
    page = visitor.page
    page.goto(f"/units/{COUNTY}/enterprises?filter=enterprises")
    page.get_by_role("link", name="统一社会信用代码").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("统一社会信用代码")
    rows = page.locator(".list tbody th a")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    visitor.is_fine("list-by-keyboard")
    wanted = rows.nth(0).inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("宛城0号")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="宛城0号小区")).to_be_visible()
    for place in ("projects", "organisations", "advisers"):
        page.goto(f"/units/{COUNTY}/{place}")
        visitor.is_fine(place)
    for place in (f"projects/{told.project}", f"organisations/{told.organisation}", f"advisers/{told.adviser}"):
        page.goto(f"/{place}")
        visitor.is_fine(place.partition("/")[0] + "-one")


def test_a_list_stands_still_and_says_that_numbers_changed(visitor: Visitor, office: Office, told: Told) -> None:
    page = visitor.page
    page.goto(f"/units/{COUNTY}/enterprises?duty=form_organisation")
    expect(page.locator("#list-changed")).to_have_attribute("data-frames", re.compile(r"\d"))
    expect(page.locator("#list-changed")).to_be_hidden()
    expect(page.locator(".list tbody tr")).to_have_count(1)
    office.do("CountMembers", enterprise=told.firms[4], formal=5, probationary=0, elsewhere=0)
    expect(page.locator("#list-changed")).to_be_visible(timeout=SECOND)
    expect(page.locator("#list-changed")).to_contain_text(re.compile(r"有 \d+ 处变化"))
    expect(page.locator(".list tbody tr")).to_have_count(1)
    visitor.is_fine("list-changed")
    page.get_by_role("link", name="点此刷新").click()
    expect(page.locator(".list tbody tr")).to_have_count(2)
    expect(page.locator("#list-changed")).to_be_hidden()
