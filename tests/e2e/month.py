"""What offices do in a month, as acts in a browser: entering, handing in, verifying, sending, sending back, comparing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from proto.xianfeng.registry.v1 import accounts_pb2, accounts_pb2_grpc, reports_pb2
from proto.xianfeng.registry.v1.reports_pb2_grpc import ReportsStub
from tests.e2e.office import MovedClock, Office
from tests.e2e.people import Person
from tests.fixtures.refilled import refill

PROVINCE, CITY = "410000", "411500"
# A file is checked row by row; a page says so by itself.
PATIENCE = 30_000
CLOSE = "办结数据核实"
PASSWORD = "一个月的口令 2026"


class Month:
    """One county's month. Everybody sits at a desk of their own and works with the same kind of hands."""

    def __init__(self, office: Office, clock: MovedClock, county: str, sits: Callable[[str, str], Person]) -> None:
        self.office, self.clock = office, clock
        self.name, self.began = f"{clock.today:%Y-%m}", clock.today
        self.street = f"{county}002"
        self.clerk = sits("sub_district", self.street)
        self.county = sits("housing_authority", county)
        self.city = sits("housing_authority", CITY)
        self.province = sits("organisation_department", PROVINCE)
        # From below upwards, as reports go.
        self.everybody = (self.clerk, self.county, self.city, self.province)

    def report(self, person: Person, edition: int = 0) -> str:
        return f"/units/{person.subject}/reports/{self.name}" + (f"?edition={edition}" if edition else "")

    def kept(self, person: Person, edition: int) -> reports_pb2.ReportEdition:
        request = reports_pb2.OpenReportRequest(unit=person.subject, month=self.name, edition=edition)
        found: reports_pb2.ReportEdition = ReportsStub(self.office.registry).Open(request, timeout=20)
        return found

    def ends(self) -> None:
        """The first morning of the next month; who was logged in logs in again."""
        self.clock.to((self.began.replace(day=1) + timedelta(days=32)).replace(day=1))
        self.office.settle()
        for person in self.everybody:
            person.is_there()

    def duty(self, code: str) -> str:
        self.office.settle()
        return str(self.office.ask("Explain", enterprise=code)["row"]["duty"])


def registers(month: Month, firms: Iterator[str]) -> dict[str, str]:
    """What the street knew before: twelve enterprises without members, two not surveyed, and an adviser."""
    office, before = month.office, month.began - timedelta(days=60)
    found = {f"{month.name}第{n}物业": next(firms) for n in range(1, 15)}
    for n, (name, code) in enumerate(found.items()):
        office.do("RegisterEnterprise", code=code, name=name, unit=month.street, effective=before)
        if n < 12:
            office.do("CountMembers", enterprise=code, effective=before, formal=0, probationary=0, elsewhere=0)
    adviser = office.do("AppointAdviser", kind="community", unit=month.street, name="王某某", phone="0376-1234567")
    office.settle()
    # An adviser is offered from the directory, which follows the log by itself.
    office.until(lambda: adviser["subject"] in str(office.query("ListAdvisers", unit=month.street)), "the adviser")
    return found


def logs_in(clerk: Person, handle: str) -> None:
    """With a one-time password, that is changed on the way."""
    account = accounts_pb2.AddAccountRequest(handle=handle, role=clerk.role, unit=clerk.subject)
    once = accounts_pb2_grpc.AccountsStub(clerk.office.registry).AddAccount(account).one_time_password
    clerk.goes("/login")
    clerk.writes("#handle", handle)
    clerk.writes("#password", once)
    clerk.presses("登录")
    for field, text in (("#old", once), ("#new", PASSWORD), ("#again", PASSWORD)):
        clerk.writes(field, text)
    clerk.presses("保存新密码")
    expect(clerk.page.get_by_role("button", name=handle)).to_be_visible()


def hands_in_the_ledger(month: Month, code: str, formal: int, place: Path) -> None:
    """Down as a workbook, filled in with the office's own program, up again, checked, confirmed."""
    clerk = month.clerk
    clerk.goes(f"/units/{month.street}/ledger")
    clerk.hands.take(clerk.page.get_by_role("link", name="下载预填的台账"), place / "台账.xlsx")
    filled = refill(place / "台账.xlsx", place / "已填.xlsx", {(code, "正式党员"): formal})
    clerk.hands.hand_in(clerk.page.locator("#in-file"), filled)
    clerk.looks("month-ledger")
    clerk.presses("上传并核对")
    file = clerk.page.locator("#ledger-file")
    expect(file).to_have_attribute("data-state", "checked", timeout=PATIENCE)
    expect(file).to_contain_text("还没有记录任何内容")
    clerk.looks("month-ledger-checked")
    clerk.presses("确认并记录 1 行")
    expect(file).to_have_attribute("data-state", "applied", timeout=PATIENCE)
    assert month.duty(code) == "join"


def counts_members(clerk: Person, code: str, formal: int, source: str) -> None:
    """A form, from the enterprise's page: it says what it will do before it is saved."""
    clerk.goes(f"/enterprises/{code}")
    clerk.follows("办理")
    clerk.follows("填报党员人数")
    clerk.writes("#in-formal", str(formal))
    clerk.chooses("#in-source", source)
    saves(clerk, "month-form")


def saves(person: Person, picture: str) -> None:
    person.presses("下一步：核对")
    expect(person.page.locator(".outlook")).to_contain_text("尚未保存")
    person.looks(picture)
    person.presses("保存")
    person.page.wait_for_url("**saved=**")


def assigns_an_adviser(month: Month) -> None:
    """To twelve enterprises in one act."""
    clerk = month.clerk
    clerk.goes(f"/units/{month.street}/entry/advisers")
    clerk.writes("#f-text", month.name)
    clerk.presses("筛选")
    clerk.page.wait_for_url("**text=**")
    boxes = clerk.page.get_by_role("checkbox")
    expect(boxes).to_have_count(12)
    clerk.chooses("#in-adviser", "王")
    for box in boxes.all():
        clerk.hands.press(box)
    clerk.looks("month-twelve")
    clerk.presses("下一步：核对")
    expect(clerk.page.get_by_role("status")).to_contain_text("可以保存 12 家")
    clerk.presses("保存")
    expect(clerk.page.get_by_role("status")).to_contain_text("已办理 12 家，未办理 0 家")


def verifies(month: Month, code: str) -> None:
    """数据核实: what the enterprise declares differs; until it is answered the confirmed count decides."""
    clerk, opened = month.clerk, f"/units/{month.clerk.subject}/verifications"
    counts_members(clerk, code, 5, "企业申报")
    assert month.duty(code) == "join"
    # Open matters are read from the directory, which follows the log by itself.
    month.office.until(lambda: _links(clerk, opened, CLOSE), "the open verification")
    clerk.looks("month-verifications")
    clerk.follows(CLOSE)
    expect(clerk.page.locator("#in-field")).to_have_value("formal")
    clerk.writes("#in-reason", "经社区核实，以核实数为准")
    saves(clerk, "month-verification")
    month.office.until(lambda: not _links(clerk, opened, CLOSE), "the verification closed")
    assert month.duty(code) == "join"


def _links(person: Person, path: str, name: str) -> int:
    person.goes(path)
    return person.page.get_by_role("link", name=name).count()


def sends(month: Month, person: Person, note: str, edition: int) -> None:
    """What stands on the page, with a word on what moved."""
    month.office.settle()
    person.goes(month.report(person))
    expect(person.page.locator("#asked")).to_contain_text("工作覆盖：上月")
    person.writes("#f-notes", note)
    person.looks(f"month-report-{len(person.unit)}")
    person.presses("报送")
    expect(person.page.get_by_role("status").first).to_contain_text("已报送，本版已锁定")
    expect(person.page.locator("#notes")).to_have_text(note)
    expect(person.page.locator("main")).to_contain_text(f"第 {edition} 版")
    expect(person.page.locator("#checks")).to_contain_text("不相符 0 条")


def waits(month: Month, person: Person) -> None:
    """A unit does not send before those below it have."""
    person.goes(month.report(person))
    expect(person.page.locator("#waits")).to_contain_text("下级尚未报送")
    assert person.page.locator("#send").count() == 0


def sends_back(month: Month, person: Person, of: Person, reason: str) -> None:
    """From the list of who has sent: open what was sent, say why."""
    person.goes(f"/units/{person.subject}/reports?month={month.name}")
    row = person.page.locator(f'tr[data-unit="{of.subject}"]')
    expect(row).to_have_attribute("data-state", "sent")
    person.looks(f"month-reports-{len(person.unit)}")
    person.hands.press(row.get_by_role("link"))
    person.writes("#f-return", reason)
    person.presses("退回")
    expect(person.page.locator(f'[data-unit="{of.subject}"]')).to_have_attribute("data-state", "returned")


def excuses(month: Month, person: Person, unit: str) -> None:
    """A unit below is not asked this month."""
    person.goes(f"/units/{person.subject}/reports?month={month.name}")
    row = person.page.locator(f'tr[data-unit="{unit}"]')
    person.hands.press(row.locator("summary"))
    person.hands.write(row.locator("input[name=reason]"), "本月由市级统一核对")
    person.hands.press(row.get_by_role("button"))
    expect(row).to_have_attribute("data-state", "excused")


def takes_back(month: Month, person: Person) -> None:
    """Nobody is above the province: it opens its own report again."""
    person.goes(month.report(person, 1))
    person.writes("#f-return", "1家企业本月已注销")
    person.presses("撤回更正")
    expect(person.page.locator("#own-state")).to_have_text("退回")


def corrects(month: Month, code: str) -> None:
    """It was deregistered within the month; the county has only heard of it now."""
    month.county.goes(f"/enterprises/{code}/entry/ChangeRegistryStatus")
    month.county.chooses("#in-registry_status", "注销")
    month.county.writes("#in-effective", month.began.isoformat())
    saves(month.county, "month-correction")


def compares(month: Month, person: Person, firm: str) -> None:
    """Both editions can be opened, and the difference of their figures is one enterprise."""
    person.goes(month.report(person, 1))
    expect(person.page.locator("main")).to_contain_text("本版已被第 2 版代替")
    person.follows("比较各版")
    expect(person.page.locator("#difference")).to_contain_text("（-1）= 增加 0 − 减少 1")
    expect(person.page.locator("#list-removed")).to_contain_text(firm)
    person.looks("month-compare")
