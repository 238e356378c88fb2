"""Each role comes in, sees its own screen, and does one thing on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from proto.xianfeng.registry.v1 import accounts_pb2, accounts_pb2_grpc, work_pb2
from proto.xianfeng.registry.v1.work_pb2_grpc import WorkStub
from tests.e2e.browser import DESK, PHONE, Visit, Visitor
from tests.e2e.office import MovedClock, Office
from tests.e2e.session import token_of
from tests.fixtures.installation import Installation
from xianfeng.clock import SHANGHAI

CITY, COUNTY, OTHER = "411100", "411102", "411103"
BEFORE = "2025-06-02"
PASSWORD = "first-screens-password"


@pytest.fixture(scope="module")
def visit(visit: Visit) -> Visit:
    """Everybody comes in by the first screen."""

    def come_in(role: str, unit: str, size: dict[str, int] = DESK) -> Visitor:
        found = visit(role, unit, size)
        found.page.goto("/")
        return found

    return come_in


class Town:
    """A county with a street that has something of everything to do."""

    def __init__(self, office: Office, codes: Iterator[str], today: date) -> None:
        self.office, self._codes = office, codes
        self.street = office.query("ListUnits", parent=COUNTY)["units"][0]["id"]
        self.surveyed = [self.firm(f"首页{n}号物业", self.street, BEFORE) for n in range(12)]
        for number, firm in enumerate(self.surveyed):
            office.do("CountMembers", enterprise=firm, formal=number % 4, effective=BEFORE)
        self.unplaced = self.firm("首页待落位物业", CITY)
        self.new = self.firm("首页新登记物业", self.street)
        outside = self.firm("首页外来物业", OTHER)
        project = office.do("RegisterProject", name="首页花园", unit=self.street)["subject"]
        office.do("StartService", project=project, enterprise=outside)
        moving = self.firm("首页移交物业", OTHER)
        office.do("ProposeTransfer", enterprise=moving, to_unit=COUNTY)
        self._gone()
        office.do("AppointAdviser", kind="community", unit=self.street, name="张建国", until=today + timedelta(days=60))
        office.do("CountMembers", enterprise=self.surveyed[1], formal=4, source="declared")
        wrong = office.do("CountMembers", enterprise=self.surveyed[2], formal=7)["events"][0]
        reason = {"correction_of": wrong, "correction_reason": "把预备党员算进去了"}
        office.do("CountMembers", enterprise=self.surveyed[2], formal=2, **reason)
        office.settle()

    def firm(self, name: str, unit: str, effective: str | None = None) -> str:
        """The subject of a new enterprise."""
        code = next(self._codes)
        return str(
            self.office.do("RegisterEnterprise", code=code, name=name, unit=unit, effective=effective)["subject"]
        )

    def _gone(self) -> None:
        """One that was deregistered while it belongs to an organisation."""
        joint = self.office.do("OpenOrganisation", name="首页联合党支部", form="joint", unit=COUNTY)["subject"]
        self.office.do("RecordStep", organisation=joint, step="approved", on=BEFORE, number="1号")
        firm = self.firm("首页注销物业", self.street, BEFORE)
        self.office.do("JoinOrganisation", enterprise=firm, organisation=joint, effective=BEFORE)
        self.office.do("ChangeRegistryStatus", enterprise=firm, registry_status="deregistered")

    def waits(self, name: str, unit: str = COUNTY) -> set[str]:
        """The names in a work list, as the directory has them by now."""
        answer = WorkStub(self.office.registry).List(work_pb2.WorkListRequest(unit=unit, list=name, page_size=100))
        return {item.name for item in answer.items}


@pytest.fixture(scope="module")
def town(office: Office, new_codes: Iterator[str], clock: MovedClock) -> Town:
    found = Town(office, new_codes, clock.today)
    # Lists are read from the directory, which follows the log by itself.
    office.until(lambda: "首页注销物业" in found.waits("to_settle"), "the firms in the directory")
    return found


def settle(visitor: Visitor, name: str, button: str) -> None:
    """Press the one button of this row, save what the form holds, and come back."""
    page = visitor.page
    page.get_by_role("row", name=name).get_by_role("link", name=button).click()
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/entry/?**saved=done**")


def test_a_county_claims_what_waits_to_be_placed_and_confirms_what_is_new(visit: Visit, town: Town) -> None:
    county = visit("housing_authority", COUNTY)
    for heading in ("待我决定", "待落位", "待确认", "外来企业", "待处置", "报备待受理", "本月报送"):
        expect(county.page.get_by_role("heading", name=heading)).to_be_visible()
    for name in ("首页待落位物业", "首页新登记物业", "首页外来物业", "首页注销物业", "首页移交物业"):
        expect(county.page.get_by_role("link", name=name, exact=True)).to_be_visible()
    county.is_fine("home-county")
    settle(county, "首页待落位物业", "认领")
    county.page.goto(f"/units/{COUNTY}/todo/confirm")
    county.is_fine("work")
    county.page.get_by_label("选择首页新登记物业").check()
    county.page.get_by_role("button", name="确认选中的企业").click()
    expect(county.page.get_by_role("status")).to_contain_text("已确认 1 家，未确认 0 家")
    expect(county.page.get_by_role("link", name="首页新登记物业")).to_have_count(0)
    town.office.do("AcceptTransfer", enterprise=town.unplaced)
    office = town.office
    office.until(lambda: "首页待落位物业" not in town.waits("unplaced"), "the placed one out of the list")
    office.until(lambda: "首页新登记物业" not in town.waits("confirm"), "the confirmed one out of the list")


def test_a_clerk_has_ten_things_and_reports_a_month_without_change_by_one_button(visit: Visit, town: Town) -> None:
    clerk = visit("sub_district", town.street)
    rows = clerk.page.locator("table.tasks tbody tr")
    expect(rows).to_have_count(10)
    expect(clerk.page.locator("table.tasks .btn")).to_have_count(10)
    expect(clerk.page.locator("main")).to_contain_text("正式党员待核实")
    clerk.is_fine("home-clerk")
    clerk.page.locator("tr[data-kind=advisers] .btn").click()
    expect(clerk.page.get_by_role("heading", level=1)).to_be_visible()
    clerk.page.goto("/")
    clerk.page.get_by_role("button", name="本月无变化，报送").click()
    expect(clerk.page.locator("#own-state")).to_have_text("已报")
    phone = visit("sub_district", town.street, PHONE)
    phone.is_fine("home-clerk")


def test_the_levels_above_see_who_has_sent_and_what_moved(visit: Visit, town: Town) -> None:
    city = visit("organisation_department", CITY)
    for heading in ("本月报送", "主要数字", "待说明变化"):
        expect(city.page.get_by_role("heading", name=heading)).to_be_visible()
    sending = city.page.locator(".sending")
    expect(sending).to_contain_text("未报")
    expect(sending.get_by_role("link", name="源汇区")).to_be_visible()
    expect(city.page.locator("main")).to_contain_text("待落位")
    city.is_fine("home-above")
    city.page.get_by_role("link", name="在营且纳入统计的企业").click()
    expect(city.page.get_by_role("heading", level=1)).to_contain_text("漯河市")


def test_an_enterprise_files_reads_its_number_and_sees_nothing_else(
    browser: Browser, installation: Installation, office: Office, town: Town
) -> None:
    request = accounts_pb2.AddAccountRequest(
        handle="first-screens-firm", role="enterprise", unit=town.street, enterprise=town.surveyed[3]
    )
    accounts = accounts_pb2_grpc.AccountsStub(office.registry)
    firm = Visitor(browser, f"http://{installation.settings.address('console')}", DESK)
    password = accounts.AddAccount(request).one_time_password
    firm.login(request.handle, password)
    firm.page.wait_for_url("**/password")
    firm.change_password(password, PASSWORD)
    firm.page.wait_for_url("**/filing")
    firm.is_fine("filing")
    firm.page.get_by_role("link", name="有变化").click()
    firm.page.get_by_label("未建立").check()
    firm.page.fill("#set_up", "正在筹建联合党支部")
    firm.is_fine("filing-change")
    firm.page.get_by_role("button", name="提交报备").click()
    code = office.query("GetEnterprise", ref=town.surveyed[3])["code"]
    expect(firm.page.locator("#receipt")).to_contain_text(code)
    expect(firm.page.locator("main")).to_contain_text("正在筹建联合党支部")
    firm.is_fine("filing-receipt")
    others = (f"/units/{COUNTY}", f"/enterprises/{town.surveyed[3]}", f"/enterprises/{town.surveyed[4]}", "/find?q=首页",
              "/health", "/audit", f"/units/{COUNTY}/todo/confirm", f"/units/{COUNTY}/reports")  # fmt: skip
    for path in others:
        assert firm.page.request.get(path).status == 403, path
    firm.close()
    office.until(lambda: "首页3号物业" in town.waits("filing"), "the filing in the county's list")


def test_an_enterprise_is_not_told_what_offices_think_of_it(installation: Installation, town: Town) -> None:
    firm = town.surveyed[4]
    town.office.do("StateUncoveredReason", enterprise=firm, reason="investor_unwilling")
    town.office.do("ProposeNotReady", enterprise=firm, reason="正在协调", review_date="2026-12-01")
    subject = town.office.ask("Figures", unit=COUNTY)["figures"]["unit"]["id"]
    own = Office(installation.settings, token_of(installation.settings, "enterprise", subject, firm))
    told = str(own.query("GetEnterprise", ref=firm)) + str(own.query("History", ref=firm))
    town.office.settle()
    told += str(own.ask("Explain", enterprise=firm))
    assert "出资人" not in told
    assert "uncovered" not in told
    assert "正在协调" not in told
    own.close()


def test_an_auditor_finds_corrections_and_what_was_exported(visit: Visit, town: Town) -> None:
    auditor = visit("auditor", CITY)
    page: Any = auditor.page
    page.wait_for_url("**/audit")
    expect(page.locator("main")).to_contain_text("把预备党员算进去了")
    expect(page.locator("main")).to_contain_text("当时所知")
    county = visit("housing_authority", COUNTY)
    assert county.page.request.get(f"/units/{COUNTY}/enterprises/xlsx").status == 200
    page.goto("/audit/views")
    expect(page.get_by_role("row", name="导出").first).to_contain_text("源汇区")
    auditor.is_fine("audit-views")
    page.goto("/audit")
    auditor.is_fine("audit")
    code = town.office.query("GetEnterprise", ref=town.surveyed[2])["code"]
    page.fill("#enterprise", code)
    page.fill("#known_at", "2026-03-02T23:00")
    page.get_by_role("button", name="查看企业").click()
    page.wait_for_url("**/enterprises/**known_at**")


def test_an_auditor_sees_a_unit_as_it_was_known_then(visit: Visit, town: Town, clock: MovedClock) -> None:
    office = town.office
    told = f"{clock.instant.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"

    def registered(**asked: str) -> int:
        return int(office.ask("Figures", unit=town.street, **asked)["figures"]["registered"])

    before, of_the_day = registered(), registered(day=BEFORE)
    clock.pass_days()
    town.firm("首页补录物业", town.street, BEFORE)
    office.settle()
    assert registered(day=BEFORE) == of_the_day + 1
    auditor = visit("auditor", CITY)
    page: Any = auditor.page
    page.goto(f"/audit?unit={town.street}")
    page.fill("#unit-known_at", told)
    page.get_by_role("button", name="查看单位").click()
    # It says how far it is, and opens the unit by itself.
    page.wait_for_url("**/units/**known_at**")
    expect(page.locator("#n-registered")).to_have_text(f"{before:,}", timeout=30_000)
    expect(page.locator(".mark").first).to_have_text("当时已知数，非报送数")
    auditor.is_fine("overview-known")
    page.get_by_role("link", name="登记企业").first.click()
    page.wait_for_url("**/enterprises?**known_at**")
    expect(page.locator("#results")).to_contain_text(f"{before:,}")
    assert page.request.get(page.url.replace("/enterprises?", "/enterprises/xlsx?")).status == 200
    page.goto(f"/units/{town.street}/enterprises?known_at={told}&text=首页补录物业")
    expect(page.locator("#results")).not_to_contain_text("首页补录物业")
    page.goto(f"/units/{town.street}/enterprises?text=首页补录物业")
    expect(page.locator("#results")).to_contain_text("首页补录物业")


def test_an_operator_sees_processes_room_and_versions(visit: Visit) -> None:
    operator = visit("operator", "410000")
    operator.page.wait_for_url("**/health")
    for text in ("进程", "磁盘与版本", "可用", "Kafka", "滞后", "待处理数据"):
        expect(operator.page.locator("#health")).to_contain_text(text)
    operator.is_fine("health-operator")
