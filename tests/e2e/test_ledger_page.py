"""Entry in a browser beyond single forms: a ledger down and up, a count in dispute, decisions between offices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Visit, Visitor
from tests.e2e.office import Office
from tests.fixtures.installation import Installation
from tests.fixtures.refilled import refill, texts_of

HOME, OTHER, CITY = "410882", "410825", "410800"


@pytest.fixture
def register(office: Office, new_codes: Iterator[str]) -> Callable[[str], tuple[str, str]]:
    """A new enterprise's code and subject, known to lists."""

    def register(name: str) -> tuple[str, str]:
        code = next(new_codes)
        subject: str = office.do("RegisterEnterprise", code=code, name=name, unit=HOME)["subject"]
        office.settle()
        office.until(lambda: subject in str(office.query("ListEnterprises", unit=HOME, text=name)), "the directory")
        return code, subject

    return register


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).click()


def save(visitor: Visitor) -> None:
    press(visitor, "下一步：核对")
    press(visitor, "保存")
    visitor.page.wait_for_url("**/entry/?saved=done**")


def hand_in(visitor: Visitor, path: Path, mapping: str = "") -> None:
    """Upload a ledger and wait until it is checked."""
    visitor.page.goto(f"/units/{HOME}/ledger")
    visitor.page.set_input_files("#in-file", path)
    visitor.page.select_option("#in-mapping", mapping)
    press(visitor, "上传并核对")
    visitor.page.wait_for_selector("#ledger-file[data-state=checked]")


def test_a_ledger_goes_down_and_up(
    visit: Visit, office: Office, register: Callable[[str], tuple[str, str]], tmp_path: Path
) -> None:
    (right, subject), (wrong, _) = register("网页台账甲物业"), register("网页台账乙物业")
    clerk = visit("sub_district", HOME)
    clerk.page.goto(f"/units/{HOME}")
    clerk.page.get_by_role("link", name="台账", exact=True).click()
    clerk.is_fine("ledger")
    with clerk.page.expect_download() as down:
        clerk.page.get_by_role("link", name="下载预填的台账").click()
    down.value.save_as(path := tmp_path / "down.xlsx")
    cells = {(right, "正式党员"): 3, (right, "工会"): "有", (wrong, "正式党员"): "三个"}
    hand_in(clerk, refill(path, tmp_path / "up.xlsx", cells))
    expect(clerk.page.locator("#ledger-file")).to_contain_text("还没有记录任何内容")
    expect(clerk.page.locator("table")).to_contain_text("正式党员：未填 → 3")
    clerk.is_fine("ledger-checked")
    assert len(office.query("History", ref=subject)["lines"]) == 1
    press(clerk, "确认并记录 1 行")
    clerk.page.wait_for_selector("#ledger-file[data-state=applied]")
    office.settle()
    assert office.ask("Explain", enterprise=subject)["row"]["duty"] == "form_organisation"
    clerk.page.get_by_role("link", name="不能采用").click()
    expect(clerk.page.locator("table")).to_contain_text("“正式党员”不是整数")
    clerk.is_fine("ledger-rejected")
    with clerk.page.expect_download() as left:
        clerk.page.get_by_role("link", name="下载未采用的行").click()
    left.value.save_as(back := tmp_path / "rejects.xlsx")
    assert {"网页台账乙物业", "三个"} <= texts_of(back)
    assert "网页台账甲物业" not in texts_of(back)


def test_a_foreign_ledger_is_shown_as_it_is_read_and_a_person_chooses(
    visit: Visit, office: Office, installation: Installation, register: Callable[[str], tuple[str, str]], tmp_path: Path
) -> None:
    code, subject = register("红旗渠畔物业服务有限公司")
    county = visit("housing_authority", HOME)
    county.page.goto(f"/units/{HOME}/ledger/mappings/l4")
    county.page.fill("#in-name", "沁阳")
    county.page.fill("#in-title", "沁阳的台账")
    county.page.fill("#in-rows", "1")
    for row, column in enumerate(county.page.locator("input[name=heading]").all()):
        column.fill(("单位名称", "党员数")[row] if row < 2 else "")
    for row, name in enumerate(("name", "formal")):
        county.page.locator("select[name=read_as]").nth(row).select_option(name)
    county.is_fine("ledger-mapping")
    press(county, "保存对应关系")
    expect(county.page.get_by_role("status")).to_contain_text("已保存：沁阳")
    path = tmp_path / "沁阳.csv"
    path.write_text("单位名称,党员数,联系人姓名\n红旗渠畔物业公司,2,张某某\n", encoding="utf-8")
    hand_in(county, path, "沁阳")
    county.page.get_by_text("读取 2 列").click()
    expect(county.page.locator("details")).to_contain_text("涉及个人，不读取")
    installation.kill9("console")
    installation.until_back("console")
    county.page.reload()
    choice = county.page.get_by_label("第 2 行是哪一家企业")
    choice.select_option(subject)
    county.is_fine("ledger-choose")
    press(county, "按所选企业重新核对")
    press(county, "确认并记录 1 行")
    county.page.wait_for_selector("#ledger-file[data-state=applied]")
    facts = {fact["slot"]: fact["value"] for fact in office.query("GetEnterprise", ref=code)["facts"]}
    assert facts["formal"] == 2


def test_a_file_that_is_no_ledger_is_refused_in_words(visit: Visit, tmp_path: Path) -> None:
    clerk = visit("sub_district", HOME)
    path = tmp_path / "空.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    clerk.page.goto(f"/units/{HOME}/ledger")
    clerk.page.fill("#in-sheet", "第二页")
    clerk.page.set_input_files("#in-file", path)
    press(clerk, "上传并核对")
    expect(clerk.page.locator("#refused")).to_be_visible()
    expect(clerk.page.locator("#in-sheet")).to_have_value("第二页")
    clerk.problems.clear()
    clerk.is_fine("ledger-refused")


def test_a_dispute_is_opened_and_closed(
    visit: Visit, office: Office, register: Callable[[str], tuple[str, str]]
) -> None:
    _, firm = register("核实物业")
    office.do("CountMembers", enterprise=firm, formal=4, source="organisation_verified")
    office.do("CountMembers", enterprise=firm, formal=2, source="declared")
    office.settle()
    clerk = visit("community", HOME)
    opened = f"[href*='{firm}/entry/CountMembers']"
    office.until(lambda: clerk.page.goto(f"/units/{HOME}/verifications") and clerk.page.locator(opened).count(), "it")
    row = clerk.page.get_by_role("row").filter(has=clerk.page.locator(opened))
    for text in ("正式党员", "4 名", "党组织核实", "2 名", "企业申报"):
        expect(row).to_contain_text(text)
    clerk.is_fine("verifications")
    assert office.ask("Explain", enterprise=firm)["row"]["duty"] == "form_organisation"
    row.get_by_role("link", name="按核实结果填报").click()
    clerk.page.fill("#in-formal", "2")
    clerk.page.select_option("#in-source", label="社区核实")
    save(clerk)
    clerk.page.get_by_role("link", name="返回先前的页面").click()
    clerk.page.wait_for_url("**/verifications")
    office.settle()
    assert office.ask("Explain", enterprise=firm)["row"]["duty"] == "join"
    gone = lambda: clerk.page.reload() and not clerk.page.locator(opened).count()  # noqa: E731
    office.until(gone, "the dispute is closed")


def test_a_transfer_is_proposed_by_one_and_accepted_by_the_other(
    visit: Visit, office: Office, register: Callable[[str], tuple[str, str]]
) -> None:
    _, firm = register("搬迁物业")
    here, there = visit("sub_district", HOME), visit("sub_district", OTHER)
    here.page.goto(f"/enterprises/{firm}/entry/ProposeTransfer")
    here.page.fill("#in-to_unit", OTHER)
    here.page.fill("#in-reason", "主要项目在温县")
    save(here)
    accept = f"[href*='{firm}/entry/AcceptTransfer']"
    seen = lambda: there.page.goto(f"/units/{OTHER}/decisions") and there.page.locator(accept).count()  # noqa: E731
    office.until(seen, "the proposal")
    expect(there.page.get_by_role("row").filter(has=there.page.locator(accept))).to_contain_text("主要项目在温县")
    there.is_fine("decisions")
    here.page.goto(f"/units/{HOME}/decisions")
    moved = here.page.get_by_role("row").filter(has=here.page.locator(f"[href='/enterprises/{firm}']"))
    expect(moved).to_contain_text("等待其他单位")
    there.page.locator(accept).click()
    save(there)
    office.settle()
    assert office.ask("Explain", enterprise=firm)["row"]["unit"]["code"] == OTHER


def test_out_of_scope_is_decided_from_above(
    visit: Visit, office: Office, register: Callable[[str], tuple[str, str]]
) -> None:
    _, firm = register("停摆物业")
    office.do("ProposeScope", enterprise=firm, in_scope=False, reason="not_operating", evidence="现场查看")
    city = visit("housing_authority", CITY)
    refuse = f"[href*='{firm}/entry/RefuseProposal']"
    seen = lambda: city.page.goto(f"/units/{CITY}/decisions?mine=yes") and city.page.locator(refuse).count()  # noqa: E731
    office.until(seen, "the proposal")
    city.page.locator(refuse).click()
    expect(city.page.locator("#in-proposal")).to_have_value("scope")
    city.page.fill("#in-reason", "企业仍在经营")
    save(city)
    last = office.query("History", ref=firm)["lines"][-1]
    assert last["type"] == "enterprise.proposal-refused.v1"


def test_an_organisation_is_formed_and_its_approval_taken_out_again(
    visit: Visit, office: Office, register: Callable[[str], tuple[str, str]]
) -> None:
    code, firm = register("组建物业")
    office.do("CountMembers", enterprise=firm, formal=5)
    office.settle()
    clerk = visit("sub_district", HOME)
    clerk.page.goto(f"/enterprises/{firm}/entry/OpenOrganisation")
    clerk.page.fill("#in-name", "组建物业党支部")
    save(clerk)
    clerk.page.get_by_role("link", name="继续办理新登记的这一条").click()
    clerk.is_fine("entry-organisation")
    clerk.page.get_by_role("link", name="登记组建步骤").click()
    clerk.page.select_option("#in-step", label="批复")
    clerk.page.fill("#in-on", "2026-03-01")
    press(clerk, "下一步：核对")
    for text in ("组建物业", "单独组建", "▲ 有变化"):
        expect(clerk.page.locator(".outlook")).to_contain_text(text)
    clerk.is_fine("entry-organisation-outlook")
    press(clerk, "保存")
    clerk.page.wait_for_url("**/entry/?saved=done**")
    office.settle()
    assert office.ask("Explain", enterprise=code)["row"]["status"] == "own"
    clerk.page.get_by_role("link", name="的“登记组建步骤”，它从未属实").click()
    clerk.page.fill("#in-reason", "批复的是另一家")
    press(clerk, "下一步：核对")
    for text in ("组建物业", "应建未建"):
        expect(clerk.page.locator(".outlook")).to_contain_text(text)
