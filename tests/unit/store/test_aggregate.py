"""The aggregate's base: folds by name, refuses gaps and strangers, and replays to what it was."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.store.counter import ACT, CATALOGUE, Counter, CounterOpened
from xianfeng.clock import ManualClock
from xianfeng.event import Data, UnknownType, acting
from xianfeng.store.aggregate import Aggregate, VersionGap

CLOCK = ManualClock(datetime(2026, 3, 1, 16, 30, tzinfo=UTC))


class StrangerOpened(Data):
    TYPE = "stranger.opened.v1"


class CounterForgotten(Data):
    TYPE = "counter.forgotten.v1"


def counter() -> Counter:
    made = Counter("cnt-1")
    made.clock = CLOCK
    return made


def test_an_event_is_stamped_by_the_clock_and_true_from_its_day() -> None:
    with acting(ACT):
        event = counter().emit(CounterOpened(name="a"))
    assert (event.time, event.effective, event.source) == ("2026-03-01T16:30:00.000000Z", date(2026, 3, 2), "/counter")


def test_one_event_may_be_true_from_another_day() -> None:
    with acting(ACT):
        made = counter()
        days = [
            made.emit(CounterOpened(name="a"), date(2020, 1, 1)).effective,
            made.emit(CounterOpened(name="b")).effective,
        ]
    assert days == [date(2020, 1, 1), date(2026, 3, 2)]


def test_a_gap_is_refused() -> None:
    with acting(ACT):
        made = counter()
        made.open("a")
        made.raise_by(1)
    with pytest.raises(VersionGap, match="cnt-1 is at version 0: 2"):
        counter().replay(made.pending[1:])


@pytest.mark.parametrize("data", [StrangerOpened(), CounterForgotten()])
def test_what_nothing_folds_is_refused(data: Data) -> None:
    with acting(ACT), pytest.raises(UnknownType, match=data.TYPE):
        counter().emit(data)


def test_a_kind_is_the_class_s_name_unless_it_says_otherwise() -> None:
    class Other(Aggregate):
        KIND = "stranger"

    assert (Counter.KIND, Other.KIND) == ("counter", "stranger")


@given(st.text(max_size=20), st.lists(st.integers(-1_000, 1_000), max_size=20))
def test_stored_bytes_replay_to_the_same_state(name: str, steps: list[int]) -> None:
    with acting(ACT):
        made = counter()
        made.open(name)
        for step in steps:
            made.raise_by(step)
    again = counter().replay(CATALOGUE.load(event.raw) for event in made.collect_events())
    assert (again.name, again.count, again.version) == (made.name, made.count, made.version)
    assert not made.pending
