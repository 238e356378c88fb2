"""Facts entered by forms in a real browser: said beforehand, saved once, put right, refused at their field; lists out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import DESK, PHONE, Visit, Visitor
from tests.e2e.office import MovedClock, Office
from tests.e2e.page import Page
from tests.fixtures.installation import Installation
from xianfeng.tabular import open_table

COUNTY, SIBLING = "410802", "410803"
NAME = "=cmd|' /C calc'!A0 阳光物业"


@pytest.fixture(scope="module")
def clerk(visit: Visit) -> Visitor:
    return visit("sub_district", COUNTY, DESK)


@pytest.fixture
def enterprise(office: Office, new_codes: Iterator[str]) -> str:
    """The subject of a new enterprise of the county."""
    subject: str = office.do("RegisterEnterprise", code=next(new_codes), name=NAME, unit=COUNTY)["subject"]
    office.settle()
    return subject


def open_form(visitor: Visitor, enterprise: str, command: str, query: str = "") -> None:
    visitor.page.goto(f"/enterprises/{enterprise}/entry/{command}{query}")


def check(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="下一步：核对").click()


def save(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="保存", exact=True).click()
    visitor.page.wait_for_url("**/entry/?saved=done**")


def events(office: Office, enterprise: str) -> int:
    return len(office.query("History", ref=enterprise)["lines"])


def test_a_count_says_what_it_will_oblige_to_before_it_is_saved(
    clerk: Visitor, office: Office, enterprise: str
) -> None:
    clerk.page.goto(f"/enterprises/{enterprise}")
    clerk.page.get_by_role("link", name="办理", exact=True).click()
    clerk.is_fine("entry")
    clerk.page.get_by_role("link", name="填报党员人数").click()
    clerk.is_fine("entry-form")
    clerk.page.fill("#in-formal", "3")
    clerk.page.select_option("#in-source", label="社区核实")
    check(clerk)
    outlook = clerk.page.locator(".outlook")
    for text in ("尚未保存", "核实党员人数", "摸底", "应建未建", "凡有3名以上正式党员"):
        expect(outlook).to_contain_text(text)
    clerk.is_fine("entry-outlook")
    assert events(office, enterprise) == 1
    save(clerk)
    expect(clerk.page.get_by_role("status")).to_contain_text("已保存")
    assert events(office, enterprise) == 2
    office.settle()
    assert office.ask("Explain", enterprise=enterprise)["row"]["duty"] == "form_organisation"


def test_sent_twice_it_is_recorded_once(clerk: Visitor, office: Office, enterprise: str) -> None:
    open_form(clerk, enterprise, "FormMassOrganisation")
    clerk.page.select_option("#in-kind", label="工会")
    check(clerk)
    expect(clerk.page.locator(".outlook")).to_contain_text("工作覆盖")
    form = "Object.fromEntries(new FormData(document.querySelector('form[data-checked]')))"
    posted = {**clerk.page.evaluate(form), "act": "save"}
    address = clerk.page.url
    save(clerk)
    again = clerk.page.request.post(address, form=posted, headers={"Origin": address.split("/enterprises")[0]})
    assert "没有重复记录" in again.text()
    assert events(office, enterprise) == 2


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(clerk: Visitor, enterprise: str) -> None:
    open_form(clerk, enterprise, "PlanRecruiting")
    clerk.page.fill("#in-until", "2031-01-01")
    check(clerk)
    expect(clerk.page.locator("#fault-until")).to_contain_text("期限超过 12 个月")
    expect(clerk.page.locator("#refused")).to_contain_text("办法：")
    expect(clerk.page.locator("#in-until")).to_have_value("2031-01-01")
    expect(clerk.page.locator("#in-until")).to_be_focused()
    # The browser reports the page's own 422 as an error of the network.
    clerk.problems.clear()
    clerk.is_fine("entry-refused")


def test_a_draft_outlives_a_restart_and_a_login_that_ran_out(
    clerk: Visitor, installation: Installation, enterprise: str
) -> None:
    open_form(clerk, enterprise, "ProposeNotReady")
    clerk.page.fill("#in-reason", "组织关系正在转入")
    installation.kill9("console")
    installation.until_back("console")
    open_form(clerk, enterprise, "ProposeNotReady")
    expect(clerk.page.locator("#in-reason")).to_have_value("组织关系正在转入")
    expect(clerk.page.get_by_role("status")).to_contain_text("已恢复")
    clerk.is_fine("entry-restored")
    clerk.page.get_by_role("button", name="清除这些内容").click()
    expect(clerk.page.locator("#in-reason")).to_have_value("")


def test_a_wrong_count_is_put_right_and_says_why(
    clerk: Visitor, office: Office, clock: MovedClock, enterprise: str
) -> None:
    office.do("CountMembers", enterprise=enterprise, formal=5, source="community_verified", effective=clock.today)
    office.settle()
    clerk.page.goto(f"/enterprises/{enterprise}/entry/")
    clerk.page.get_by_role("link", name=re.compile("^更正 .*核实党员人数")).click()
    expect(clerk.page.locator("#in-formal")).to_have_value("5")
    clerk.page.fill("#in-formal", "2")
    clerk.page.fill("#in-correction_reason", "把预备党员算进去了")
    check(clerk)
    expect(clerk.page.locator(".outlook")).to_contain_text("待联合组建")
    clerk.is_fine("entry-correction")
    save(clerk)
    (wrong, right) = office.query("History", ref=enterprise)["lines"][-2:]
    assert wrong["voided"]
    assert right["data"]["correction"] == {"event": wrong["event"], "reason": "把预备党员算进去了"}


def test_an_adviser_for_twelve_enterprises_in_one_act(
    clerk: Visitor, office: Office, new_codes: Iterator[str], clock: MovedClock
) -> None:
    adviser = office.do("AppointAdviser", kind="community", unit=COUNTY, name="王某某", phone="0391-1234567")["subject"]
    group = f"十二家{clock.today:%d}"
    firms = [
        office.do("RegisterEnterprise", code=next(new_codes), name=f"{group}第{n}物业", unit=COUNTY)["subject"]
        for n in range(12)
    ]
    for firm in firms:
        office.do("CountMembers", enterprise=firm, formal=0, probationary=0, elsewhere=0)
    office.settle()
    # An adviser is listed from the directory, which follows the log by itself.
    office.until(lambda: adviser in str(office.query("ListAdvisers", unit=COUNTY)), "the adviser in the directory")
    clerk.page.goto(f"/units/{COUNTY}/enterprises")
    clerk.page.get_by_role("link", name="批量选派指导员").click()
    clerk.page.fill("#f-text", group)
    clerk.page.get_by_role("button", name="筛选").click()
    for tick in clerk.page.get_by_role("checkbox").all():
        tick.check()
    clerk.page.select_option("#in-adviser", adviser)
    clerk.is_fine("entry-many")
    check(clerk)
    expect(clerk.page.get_by_role("status")).to_contain_text("可以保存 12 家")
    expect(clerk.page.locator("main")).to_contain_text("应派未派")
    clerk.is_fine("entry-many-outlook")
    clerk.page.get_by_role("button", name="保存", exact=True).click()
    expect(clerk.page.get_by_role("status")).to_contain_text("已办理 12 家，未办理 0 家")
    office.settle()
    assert {office.ask("Explain", enterprise=firm)["row"]["status"] for firm in firms} == {"work"}


def test_who_may_not_is_not_offered_and_is_refused(visit: Visit, enterprise: str) -> None:
    community = visit("community", COUNTY, DESK)
    community.page.goto(f"/enterprises/{enterprise}/entry/")
    expect(community.page.get_by_role("link", name="填报党员人数")).to_be_visible()
    assert community.page.get_by_role("link", name="企业更名").count() == 0
    assert community.page.goto(f"/enterprises/{enterprise}/entry/RenameEnterprise").status == 403  # type: ignore[union-attr]
    sibling = visit("sub_district", SIBLING, DESK)
    sibling.page.goto(f"/enterprises/{enterprise}/entry/")
    offered = sibling.page.locator("main .actions a").all_text_contents()
    assert offered == ["提出移交主责单位", "接收移交", "退回移交", "增加协同单位"]
    auditor = visit("auditor", COUNTY, DESK)
    auditor.page.goto(f"/enterprises/{enterprise}")
    assert auditor.page.get_by_role("link", name="办理", exact=True).count() == 0


def test_a_form_of_another_account_saves_nothing(clerk: Visitor, office: Office, enterprise: str) -> None:
    open_form(clerk, enterprise, "FormMassOrganisation")
    clerk.page.select_option("#in-kind", label="工会")
    clerk.page.evaluate("document.querySelector('[name=token]').value = 'forged'")
    check(clerk)
    expect(clerk.page.get_by_role("alert")).to_contain_text("还没有保存")
    expect(clerk.page.locator("#in-kind")).to_have_value("union")
    clerk.problems.clear()
    assert events(office, enterprise) == 1


def test_the_form_on_a_phone(visit: Visit, enterprise: str) -> None:
    phone = visit("sub_district", COUNTY, PHONE)
    phone.page.goto(f"/enterprises/{enterprise}/entry/CountMembers")
    phone.is_fine("entry-form")


def test_the_list_goes_out_as_workbook_and_on_paper(
    clerk: Visitor, page: Page, enterprise: str, office: Office, tmp_path: Path
) -> None:
    total = int(office.ask("List", unit=COUNTY, text="阳光物业")["total"])
    answer = page.client.get(f"/units/{COUNTY}/enterprises/xlsx", params={"text": "阳光物业"})
    path = tmp_path / "list.xlsx"
    path.write_bytes(answer.content)
    with open_table(path) as table:
        rows = [row.cells for row in table.rows()]
    heading = next(place for place, row in enumerate(rows) if row[0] == "企业名称")
    assert len(rows) - heading - 1 == total
    assert {row[0] for row in rows[heading + 1 :]} >= {NAME}
    assert all(len(row[1]) == 18 for row in rows[heading + 1 :])
    clerk.page.goto(f"/units/{COUNTY}/enterprises/print?text=阳光物业")
    for text in ("填报单位（盖章）", "负责人（签名）", "填表人（签名）", "报出时间", f"共 {total} 家", "截至"):
        expect(clerk.page.locator("main")).to_contain_text(text)
    clerk.is_fine("print-list")
