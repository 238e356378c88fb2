"""Pages stay what they are through a gateway's 502, a restart of the console and an ended session."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from proto.xianfeng.registry.v1 import accounts_pb2, accounts_pb2_grpc
from services.console.session import COOKIE
from tests.e2e.browser import DESK, Visitor
from tests.e2e.office import Office
from tests.fixtures.gateway import Gateway
from tests.fixtures.installation import Installation
from xianfeng.words import say

UNIT = "410823"
TABS = 10
OUTAGE = 5.0
PASSWORD = "steady-pages-password"
# After an outage of some seconds a stream is opened again within four, and coverage is found again by the console.
BACK = 20_000
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def gateway(installation: Installation) -> Iterator[Gateway]:
    with Gateway(installation.settings.address("console")) as found:
        yield found


@pytest.fixture(scope="module")
def account(office: Office) -> tuple[str, str]:
    """An office's account and its one-time password."""
    handle = f"steady-{time.time_ns() % 10**9}"
    request = accounts_pb2.AddAccountRequest(handle=handle, role="housing_authority", unit=UNIT)
    return handle, accounts_pb2_grpc.AccountsStub(office.registry).AddAccount(request).one_time_password


@pytest.fixture(scope="module")
def visitor(browser: Browser, gateway: Gateway, account: tuple[str, str]) -> Iterator[Visitor]:
    found = Visitor(browser, gateway.address, DESK)
    handle, password = account
    found.login(handle, password)
    found.page.wait_for_url("**/password")
    found.change_password(password, PASSWORD)
    expect(found.page.locator("form[action='/logout']")).to_be_visible()
    yield found
    found.close()


@pytest.fixture(scope="module")
def tabs(visitor: Visitor) -> list[Page]:
    """All live, each with a mark that a page loaded anew would not have."""
    opened = [visitor.new_page() for _ in range(TABS)]
    for tab in opened:
        tab.goto(f"/units/{UNIT}")
    for tab in opened:
        is_live(tab)
        tab.evaluate("window.untouched = true")
    return opened


@pytest.fixture(scope="module")
def form(visitor: Visitor, office: Office, new_codes: Iterator[str]) -> Page:
    """A form of entry with something typed into it, not sent."""
    subject = office.do("RegisterEnterprise", code=next(new_codes), name="稳定物业", unit=UNIT)["subject"]
    office.settle()
    page = visitor.page
    page.goto(f"/enterprises/{subject}/entry/CountMembers")
    page.fill("#in-formal", "7")
    page.select_option("#in-source", label="社区核实")
    return page


def is_live(tab: Page) -> None:
    expect(tab.locator("#live-state")).to_have_attribute("data-state", "live", timeout=BACK)
    expect(tab.locator("#numbers")).to_have_attribute("data-frames", r"1")


def register(office: Office, new_codes: Iterator[str]) -> None:
    office.do("RegisterEnterprise", code=next(new_codes), name=f"稳定{next(NUMBERS)}物业", unit=UNIT)
    office.settle()


def all_show_what_holds(tabs: list[Page], office: Office) -> None:
    """Every tab comes to show the figures of now by itself."""
    registered = office.ask("Figures", unit=UNIT)["figures"]["registered"]
    for tab in tabs:
        expect(tab.locator("#n-beside")).to_contain_text(f"登记{registered}家", timeout=BACK)
        expect(tab.locator("#live-state")).to_have_attribute("data-state", "live")
        assert tab.evaluate("window.untouched")


def test_ten_tabs_are_live_at_once(tabs: list[Page], office: Office, new_codes: Iterator[str]) -> None:
    register(office, new_codes)
    all_show_what_holds(tabs, office)


def test_a_gateway_that_fails_for_five_seconds_is_outlived(
    tabs: list[Page], form: Page, gateway: Gateway, office: Office, new_codes: Iterator[str]
) -> None:
    gateway.refuse()
    until = time.monotonic() + OUTAGE
    for tab in tabs:
        expect(tab.locator("#live-state")).to_have_attribute("data-state", "stalled", timeout=BACK)
        expect(tab.locator("#live-state")).to_have_text(say("console.overview.stalled"))
    register(office, new_codes)
    form.get_by_role("button", name="下一步：核对").click()
    expect(form.locator("body")).to_have_text("Bad Gateway")
    while time.monotonic() < until:
        tabs[0].wait_for_timeout(100)
    assert gateway.refused > 1
    gateway.pass_on()
    all_show_what_holds(tabs, office)
    form.go_back()
    expect(form.locator("#in-formal")).to_have_value("7")


def test_a_console_that_restarts_is_outlived(
    tabs: list[Page], form: Page, installation: Installation, office: Office, new_codes: Iterator[str]
) -> None:
    form.fill("#in-formal", "8")
    installation.kill9("console")
    installation.until_back("console")
    register(office, new_codes)
    all_show_what_holds(tabs, office)
    expect(form.locator("#in-formal")).to_have_value("8")
    form.reload()
    expect(form.locator("#in-formal")).to_have_value("8")
    # The form was made before the restart, and is taken after it.
    form.get_by_role("button", name="下一步：核对").click()
    expect(form.locator(".outlook")).to_contain_text("尚未保存")


def test_an_ended_session_is_told_and_a_login_brings_all_back(
    tabs: list[Page], form: Page, visitor: Visitor, gateway: Gateway, account: tuple[str, str],
    office: Office, new_codes: Iterator[str],
) -> None:  # fmt: skip
    form.get_by_role("button", name="返回修改").click()
    form.fill("#in-formal", "9")
    form.context.clear_cookies(name=COOKIE)
    gateway.cut()
    for tab in tabs:
        expect(tab.locator("#live-state")).to_have_text("登录已过期，页面不再更新，请重新登录", timeout=BACK)
    form.get_by_role("button", name="下一步：核对").click()
    form.wait_for_url("**/login?next=**")
    form.fill("#handle", account[0])
    form.fill("#password", PASSWORD)
    form.click("main button[type=submit]")
    form.wait_for_url("**/entry/CountMembers")
    expect(form.locator("#in-formal")).to_have_value("9")
    register(office, new_codes)
    all_show_what_holds(tabs, office)


def test_without_shared_workers_a_page_holds_a_stream_while_it_is_looked_at(
    visitor: Visitor, office: Office, gateway: Gateway, new_codes: Iterator[str]
) -> None:
    page = visitor.new_page()
    page.add_init_script("delete window.SharedWorker")
    page.goto(f"/units/{UNIT}")
    is_live(page)
    page.evaluate("window.untouched = true")
    gateway.cut()
    register(office, new_codes)
    all_show_what_holds([page], office)
    page.close()
