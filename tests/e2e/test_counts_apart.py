"""党组织核实 and 社区核实 of one day, from the form to coverage: what was confirmed first counts until it is answered."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.e2e.browser import Visit, Visitor
from tests.e2e.office import Office

COUNTY = "410602"
LIST = f"/units/{COUNTY}/verifications"


def test_the_first_counts_until_both_stand_by_one(visit: Visit, office: Office, new_codes: Iterator[str]) -> None:
    firm = office.do("RegisterEnterprise", code=next(new_codes), name="两方核实物业", unit=COUNTY)["subject"]
    office.do("CountMembers", enterprise=firm, formal=4, probationary=0, source="organisation_verified")
    office.settle()
    clerk = visit("community", COUNTY)
    office.until(lambda: clerk.page.goto(f"/enterprises/{firm}/entry/CountMembers").ok, "the directory")  # type: ignore[union-attr]
    fill(clerk, 2, "社区核实")
    expect(clerk.page.get_by_text("按先核实的 4 名统计")).to_be_visible()
    clerk.is_fine("counts-apart-form")
    press(clerk, "保存")
    office.settle()
    assert duty(office, firm) == "form_organisation"
    answer = f"[href*='{firm}/entry/CountMembers']"
    office.until(lambda: clerk.page.goto(LIST) and clerk.page.locator(answer).count(), "the 数据核实")
    row = clerk.page.get_by_role("row").filter(has=clerk.page.locator(answer))
    for place, text in enumerate(("正式党员", "4 名党组织核实", "2 名社区核实", "鹤山区")):
        expect(row.get_by_role("cell").nth(place)).to_contain_text(text)
    clerk.is_fine("counts-apart")
    row.get_by_role("link", name="按核实结果填报").click()
    fill(clerk, 2, "党组织核实")
    press(clerk, "保存")
    office.settle()
    assert duty(office, firm) == "join"
    office.until(lambda: clerk.page.goto(LIST) and not clerk.page.locator(answer).count(), "the answer")


def duty(office: Office, firm: str) -> str:
    return str(office.ask("Explain", enterprise=firm)["row"]["duty"])


def fill(visitor: Visitor, formal: int, source: str) -> None:
    visitor.page.fill("#in-formal", str(formal))
    visitor.page.select_option("#in-source", label=source)
    press(visitor, "下一步：核对")


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).click()
