"""A token is believed as long as nothing else was heard of its account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.coverage.accounts import Accounts
from services.registry.domain.account import Account
from services.registry.events import SOURCE
from services.registry.events.unit import AccountOpened
from xianfeng.clock import ManualClock
from xianfeng.event import Act, acting, subject_id
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import SERVICE, Principal

COUNTY, STREET = subject_id("unit", "1"), subject_id("unit", "2")
CLERK = Principal("acc-1", "sub_district", STREET)


@pytest.fixture
def account() -> Account:
    found = Account(CLERK.account)
    found.clock, found.source = ManualClock(datetime(2026, 3, 2, tzinfo=UTC)), SOURCE
    with acting(Act("system:test", "run-1")):
        found.open(AccountOpened(handle="clerk", role="sub_district", unit=STREET))
    return found


def heard(account: Account) -> Accounts:
    accounts = Accounts(None)
    for position, event in enumerate(account.collect_events(), 1):
        accounts.take(position, event.raw)
    return accounts


def test_what_was_heard_agrees_with_the_token(account: Account) -> None:
    accounts = heard(account)
    for caller in (CLERK, Principal("acc-unheard", "auditor"), Principal("system:console", SERVICE)):
        accounts.check(caller)


def test_a_closed_account_is_refused(account: Account) -> None:
    with acting(Act("system:test", "run-2")):
        account.close(None)
    with pytest.raises(Refused, match="登录"):
        heard(account).check(CLERK)


def test_what_was_signed_before_another_password_is_refused(account: Account) -> None:
    """What is signed after it is believed at once, though it may not have been heard of yet."""
    fresh, accounts = replace(CLERK, passwords=1), heard(account)
    accounts.check(fresh)
    with acting(Act("system:test", "run-2")):
        account.set_password()
        account.change("housing_authority", None)
    for position, event in enumerate(account.collect_events(), 2):
        accounts.take(position, event.raw)
    accounts.check(replace(fresh, role="housing_authority"))
    with pytest.raises(Refused, match="登录"):
        accounts.check(replace(CLERK, role="housing_authority"))


def test_what_an_account_was_before_is_refused(account: Account) -> None:
    with acting(Act("system:test", "run-2")):
        account.change("housing_authority", COUNTY)
    accounts = heard(account)
    accounts.check(Principal(CLERK.account, "housing_authority", COUNTY))
    with pytest.raises(Refused, match="登录"):
        accounts.check(CLERK)
