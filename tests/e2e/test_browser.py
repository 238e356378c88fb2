"""The pages in a real browser on a real installation (acceptance of the page)."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from proto.xianfeng.registry.v1 import accounts_pb2, accounts_pb2_grpc
from tests.e2e.browser import DESK, PHONE, Visitor
from tests.e2e.office import Office
from tests.fixtures.installation import Installation

COUNTY, CITY, PROVINCE = "410802", "410800", "410000"
NAME = "<script>alert(1)</script>阳光物业"
PASSWORD = "browser-test-password"
ONE_SECOND = 1.0
# The console looks for coverage again after at most so many milliseconds.
LONGEST_PAUSE = 8_000


@pytest.fixture(scope="module")
def account(office: Office) -> tuple[str, str]:
    """An administrator of the province and the one-time password."""
    handle = f"browser-{time.time_ns() % 10**9}"
    request = accounts_pb2.AddAccountRequest(handle=handle, role="administrator", unit=PROVINCE)
    return handle, accounts_pb2_grpc.AccountsStub(office.registry).AddAccount(request).one_time_password


@pytest.fixture(scope="module")
def visitor(browser: Browser, installation: Installation, account: tuple[str, str]) -> Iterator[Visitor]:
    """Logged in; the one-time password was changed on the way."""
    found = Visitor(browser, f"http://{installation.settings.address('console')}", DESK)
    handle, password = account
    found.login(handle, password)
    found.page.wait_for_url("**/password")
    found.is_fine("password")
    found.change_password(password, PASSWORD)
    found.page.wait_for_url("**/units/**")
    yield found
    found.close()


@pytest.fixture
def enterprise(office: Office, new_codes: Iterator[str]) -> str:
    code = next(new_codes)
    office.do("RegisterEnterprise", code=code, name=NAME, unit=COUNTY)
    office.settle()
    return code


def open_unit(visitor: Visitor, unit: str) -> None:
    visitor.page.goto(f"/units/{unit}")
    expect(visitor.page.locator("#live-state")).to_have_attribute("data-state", "live")
    expect(visitor.page.locator("#numbers")).to_have_attribute("data-frames", "1")


def test_a_wrong_password_is_told_and_nothing_is_shown(browser: Browser, installation: Installation) -> None:
    stranger = Visitor(browser, f"http://{installation.settings.address('console')}", DESK)
    stranger.page.goto(f"/units/{PROVINCE}")
    stranger.page.wait_for_url("**/login?next=**")
    stranger.is_fine("login")
    stranger.login("nobody", "wrong password")
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    stranger.close()


def test_drill_down_from_the_province_to_an_enterprise(visitor: Visitor, enterprise: str) -> None:
    page = visitor.page
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("河南省")
    visitor.is_fine("overview")
    for unit in ("焦作市", "解放区"):
        page.get_by_role("link", name=unit, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(unit)
    visitor.is_fine("county")
    page.get_by_role("link", name="摸底", exact=True).click()
    page.fill("#f-text", enterprise)
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**text=*")
    visitor.until_settled()
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    visitor.is_fine("list")
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    visitor.is_fine("enterprise")


@pytest.mark.alone
def test_numbers_change_within_a_second_of_the_command(visitor: Visitor, office: Office, enterprise: str) -> None:
    open_unit(visitor, PROVINCE)
    before = visitor.number("n-must-form")
    visitor.page.evaluate("window.untouched = true; window.scrollTo(0, 200)")
    office.do("CountMembers", enterprise=enterprise, formal=3, probationary=0, source="organisation_verified")
    visitor.expect_number("n-must-form", before + 1, within=ONE_SECOND)
    assert visitor.page.evaluate("window.untouched && window.scrollY") == 200
    assert not visitor.problems


@pytest.mark.alone
def test_two_tabs_share_one_stream_and_both_are_live(visitor: Visitor, office: Office, enterprise: str) -> None:
    open_unit(visitor, PROVINCE)
    second = visitor.new_page()
    second.goto(f"/units/{COUNTY}")
    expect(second.locator("#numbers")).to_have_attribute("data-frames", "1")
    before = int((second.text_content("#n-must-form") or "0").replace(",", ""))
    office.do("CountMembers", enterprise=enterprise, formal=4, probationary=0, source="organisation_verified")
    expect(second.locator("#n-must-form")).to_have_text(f"{before + 1:,}", timeout=2000)
    second.close()


def test_an_enterprise_is_explained_with_clause_and_facts(visitor: Visitor, office: Office, enterprise: str) -> None:
    office.do("CountMembers", enterprise=enterprise, formal=3, probationary=0, source="organisation_verified")
    office.settle()
    visitor.page.goto(f"/enterprises/{enterprise}")
    main = visitor.page.locator("main")
    for text in ("应建未建", "凡有3名以上正式党员", "正式党员", "判定表", "豫建房〔2021〕203号"):
        expect(main).to_contain_text(text)
    visitor.is_fine("explained")


def test_a_past_day_is_said_and_stands_still(visitor: Visitor) -> None:
    visitor.page.goto(f"/units/{CITY}?day=2022-03-31")
    expect(visitor.page.get_by_text("您查看的是 2022-03-31 的情况")).to_be_visible()
    assert visitor.page.locator("#live-state").count() == 0
    visitor.is_fine("past")


@pytest.mark.alone
def test_the_stream_comes_back_when_coverage_was_away(
    visitor: Visitor, installation: Installation, office: Office, enterprise: str
) -> None:
    open_unit(visitor, COUNTY)
    before = visitor.number("n-must-form")
    installation.kill9("coverage")
    expect(visitor.page.locator("#live-state")).to_have_attribute("data-state", "stalled", timeout=10_000)
    installation.until_back("coverage")
    office.do("CountMembers", enterprise=enterprise, formal=5, probationary=0, source="organisation_verified")
    office.settle()
    expect(visitor.page.locator("#live-state")).to_have_attribute("data-state", "live", timeout=LONGEST_PAUSE)
    visitor.expect_number("n-must-form", before + 1, within=ONE_SECOND)


def test_a_page_whose_service_is_away_waits_and_opens_by_itself(visitor: Visitor, installation: Installation) -> None:
    coverage = installation.pid("coverage")
    assert coverage
    os.kill(coverage, signal.SIGSTOP)
    try:
        answer = visitor.page.goto(f"/units/{COUNTY}")
        assert answer
        assert answer.status == 503
        # The browser reports the page's own 503 as an error of the network.
        visitor.problems.clear()
        visitor.is_fine("away")
    finally:
        os.kill(coverage, signal.SIGCONT)
    expect(visitor.page.locator("#n-must-form")).to_be_visible(timeout=LONGEST_PAUSE)


def test_health_find_and_error_pages(visitor: Visitor, enterprise: str) -> None:
    visitor.page.goto("/health")
    expect(visitor.page.locator("#health")).to_contain_text("coverage")
    visitor.is_fine("health")
    visitor.page.goto("/find?q=阳光")
    expect(visitor.page.get_by_role("link", name=NAME).first).to_be_visible()
    visitor.is_fine("find")
    visitor.page.goto("/units/nowhere")
    # The browser reports the page's own 404 as an error of the network.
    visitor.problems.clear()
    visitor.is_fine("missing")


def test_the_keyboard_reaches_everything(visitor: Visitor) -> None:
    visitor.page.goto(f"/units/{PROVINCE}")
    visitor.page.keyboard.press("Tab")
    expect(visitor.page.get_by_role("link", name="跳到正文")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("#main")).to_be_focused()


def test_on_a_phone(browser: Browser, visitor: Visitor, installation: Installation, account: tuple[str, str]) -> None:
    phone = Visitor(browser, f"http://{installation.settings.address('console')}", PHONE)
    phone.login(account[0], PASSWORD)
    phone.page.wait_for_url("**/units/**")
    phone.is_fine("overview")
    phone.page.goto(f"/units/{COUNTY}/enterprises")
    phone.is_fine("list")
    phone.close()
