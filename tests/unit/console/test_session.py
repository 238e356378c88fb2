"""Cookies that are ours, and addresses that stay with us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.context import local_path
from services.console.session import Reader, Sessions
from services.console.templating import link
from xianfeng.clock import ManualClock

NOW = datetime(2026, 3, 31, 1, tzinfo=UTC)


def reader(expires: str) -> Reader:
    return Reader("token", "someone", "community", "unit-1", "", False, expires)


def test_a_cookie_comes_back_as_it_was_until_it_runs_out() -> None:
    clock = ManualClock(NOW)
    sessions = Sessions(b"k" * 32, clock)
    written = reader((NOW + timedelta(hours=12)).isoformat())
    cookie = sessions.write(written)
    assert sessions.read(cookie) == written
    clock.set(NOW + timedelta(hours=12))
    assert sessions.read(cookie) is None


def test_a_cookie_of_another_installation_is_none() -> None:
    clock = ManualClock(NOW)
    cookie = Sessions(b"k" * 32, clock).write(reader(""))
    assert Sessions(b"x" * 32, clock).read(cookie) is None
    assert Sessions(b"k" * 32, clock).read(cookie[:-1]) is None


@given(st.text())
def test_any_text_as_a_cookie_is_refused_quietly(cookie: str) -> None:
    assert Sessions(b"k" * 32, ManualClock(NOW)).read(cookie) is None


@given(st.text())
def test_going_on_stays_on_this_site(address: str) -> None:
    place = local_path(address)
    assert place.startswith("/")
    assert place[1:2] not in ("/", "\\")
    assert place.isprintable()


@pytest.mark.parametrize("evil", ["a/b", "?x=1", "../x", "<script>", "#", "中"])
def test_a_part_of_an_address_stays_a_part(evil: str) -> None:
    path = link("units", evil, day="2026-01-01")
    assert path.count("/") == 2
    assert path.count("?") == 1
    assert "<" not in path
