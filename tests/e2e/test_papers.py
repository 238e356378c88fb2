"""Every paper of a county, made by the server and printed by a browser: nothing cut, every row there, signed and dated."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser
from python_calamine import load_workbook

from tests.e2e.browser import DESK, Visitor
from tests.e2e.office import Office
from tests.e2e.page import Page
from tests.fixtures.installation import Installation
from tests.fixtures.sheets import Sheet, sheets_of

COUNTY, MONTH = "410883", "2026-01"
FIRMS = 40
NAME = "孟州市河阳物业公司第{number}分公司"
ADVISER = "张某某"
SIGNED = ("填报单位（盖章）", "负责人（签名）", "填表人（签名）", "报出时间")
OF_COUNTY = f"/units/{COUNTY}"
# Paper → its address, and what it must hold.
PAPERS = {
    "figures": (OF_COUNTY, "组织覆盖率"),
    "enterprises": (f"{OF_COUNTY}/enterprises", NAME.format(number=FIRMS - 1)),
    "must-form": (f"{OF_COUNTY}/must-form", NAME.format(number=3)),
    "organisations": (f"{OF_COUNTY}/organisations", "中共孟州市阳光物业支部委员会"),
    "advisers": (f"{OF_COUNTY}/advisers", NAME.format(number=5)),
    "projects": (f"{OF_COUNTY}/projects", "阳光花园三期"),
    "filings": (f"{OF_COUNTY}/filings", "报备"),
    "reports": (f"{OF_COUNTY}/reports?month={MONTH}", "孟州市"),
    "report": (f"{OF_COUNTY}/reports/{MONTH}", "党建信息统计报表"),
    "verifications": (f"{OF_COUNTY}/verifications", "社区核实"),
    "decisions": (f"{OF_COUNTY}/decisions", "拟迁出"),
    "work": (f"{OF_COUNTY}/todo/verification", NAME.format(number=7)),
    "audit": (f"/audit/views?unit={COUNTY}", "企业名单"),
}


@pytest.fixture(scope="module")
def firms(office: Office, new_codes: Iterator[str]) -> list[str]:
    """Subjects of the county's enterprises; something is on record for a few of them."""
    codes = [next(new_codes) for _ in range(FIRMS)]
    found = [
        office.do("RegisterEnterprise", code=code, name=NAME.format(number=number), unit=COUNTY)["subject"]
        for number, code in enumerate(codes)
    ]
    office.do("CountMembers", enterprise=found[3], formal=5, source="community_verified")
    own = office.do("OpenOrganisation", name="中共孟州市阳光物业支部委员会", form="own", of=found[3], unit=COUNTY)
    office.do("RecordStep", organisation=own["subject"], step="planned", on="2026-12-01")
    adviser = office.do("AppointAdviser", kind="community", unit=COUNTY, name=ADVISER, phone="0391-7654321")["subject"]
    office.do("AssignAdviser", enterprise=found[5], adviser=adviser)
    project = office.do("RegisterProject", name="阳光花园三期", unit=COUNTY, households=860)["subject"]
    office.do("StartService", project=project, enterprise=found[5])
    office.do("FileYear", enterprise=found[5], year=2026, organisation_formed=False)
    office.do("CountMembers", enterprise=found[7], formal=2, source="community_verified")
    office.do("CountMembers", enterprise=found[7], formal=5, source="declared")
    scope = {"in_scope": False, "reason": "other", "evidence": "拟迁出", "review_date": "2026-09-30"}
    office.do("ProposeScope", enterprise=found[8], **scope)
    office.settle()
    return found


@pytest.fixture(scope="module")
def visitor(browser: Browser, installation: Installation, page: Page) -> Iterator[Visitor]:
    found = Visitor(browser, f"http://{installation.settings.address('console')}", DESK)
    found.bear(page.cookie)
    yield found
    found.close()


def as_form(address: str, form: str) -> str:
    path, _, query = address.partition("?")
    return f"{path}/{form}" + (f"?{query}" if query else "")


def of_server(page: Page, address: str) -> list[Sheet]:
    answer = page.client.get(as_form(address, "pdf"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text[:300]
    return sheets_of(answer.content)


def of_browser(visitor: Visitor, address: str) -> list[Sheet]:
    visitor.page.goto(as_form(address, "print"))
    return sheets_of(visitor.page.pdf(prefer_css_page_size=True, print_background=True))


def check(sheets: list[Sheet], wanted: str) -> None:
    whole = "".join(sheet.text for sheet in sheets)
    assert wanted in whole
    assert all(text in whole for text in SIGNED)
    assert ADVISER not in whole
    for number, sheet in enumerate(sheets, 1):
        assert sheet.whole, number
        assert f"{number}/{len(sheets)}" in sheet.text
        assert "截至" in sheet.text


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_of_the_county(paper: str, firms: list[str], page: Page, visitor: Visitor) -> None:
    address, wanted = PAPERS[paper]
    check(of_server(page, address), wanted)
    check(of_browser(visitor, address), wanted)


def test_one_enterprise_and_its_filing_keep_to_one_page(firms: list[str], page: Page, visitor: Visitor) -> None:
    for address, wanted in (
        (f"/enterprises/{firms[5]}", "党建工作指导员"),
        (f"/enterprises/{firms[5]}/filing", "回执编号"),
    ):
        for sheets in (of_server(page, address), of_browser(visitor, address)):
            check(sheets, wanted)
            assert len(sheets) == 1
            assert sheets[0].size[0] < sheets[0].size[1]


def test_the_workbook_has_every_row_and_runs_nothing(firms: list[str], page: Page) -> None:
    for paper, (address, _) in PAPERS.items():
        answer = page.client.get(as_form(address, "xlsx"))
        assert answer.status_code == 200, (paper, answer.text[:300])
        with zipfile.ZipFile(BytesIO(answer.content)) as book:
            pages = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
        assert all("<f>" not in text and 'state="frozen"' in text for text in pages), paper
        sheets = load_workbook(BytesIO(answer.content))
        rows = (row for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python())
        cells = [cell for row in rows for cell in row]
        assert all(isinstance(cell, str) for cell in cells), paper
        assert ADVISER not in "".join(cells)
        if paper == "enterprises":
            assert {NAME.format(number=number) for number in range(FIRMS)} <= set(cells)


def test_the_page_of_papers_leads_to_each(firms: list[str], page: Page, visitor: Visitor) -> None:
    visitor.page.goto(f"/units/{COUNTY}/papers")
    visitor.is_fine("papers")
    links = visitor.page.eval_on_selector_all("main td a", "found => found.map((one) => one.getAttribute('href'))")
    assert len(links) == 3 * 7
    assert all(page.client.head(link).status_code in (200, 405) for link in links if link.endswith("/print"))
