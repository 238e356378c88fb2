"""Given what happened, when something is asked, then these events: an aggregate without store or clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import pytest

from services.registry.domain.base import DatedAggregate
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Data, acting
from xianfeng.refusal import Refused

__all__ = ["TODAY", "day", "on", "refused", "some", "then", "told"]

TODAY = date(2026, 3, 2)
A = TypeVar("A", bound=DatedAggregate)


def day(text: str) -> date:
    return date.fromisoformat(text)


@contextmanager
def on(when: date | str = TODAY, actor: str = "acc-1") -> Iterator[None]:
    """Facts inside are true from this day."""
    effective = day(when) if isinstance(when, str) else when
    with acting(Act(actor, "run-1", effective=effective)):
        yield


def some(kind: type[A], *facts: tuple[str, Data]) -> A:
    """Given: an aggregate with these facts, each with the day from which it is true."""
    aggregate = kind(f"{kind.PREFIX}-00000000-0000-0000-0000-000000000001")
    aggregate.clock = ManualClock(datetime(2026, 3, 2, 1, tzinfo=UTC))
    for when, data in facts:
        with on(when):
            aggregate.emit(data)
    aggregate.pending.clear()
    return aggregate


def told(aggregate: DatedAggregate, ask: Callable[[], Any], when: date | str = TODAY) -> list[Data]:
    """When: what is asked records these facts."""
    with on(when):
        ask()
    return [event.data for event in aggregate.collect_events()]


def then(aggregate: DatedAggregate, ask: Callable[[], Any], *facts: Data, when: date | str = TODAY) -> None:
    """Then: exactly these facts."""
    assert told(aggregate, ask, when) == list(facts)


def refused(aggregate: DatedAggregate, reason: str, ask: Callable[[], Any], when: date | str = TODAY) -> Refused:
    """Then: a refusal of this reason in three sentences, and nothing recorded."""
    version = aggregate.version
    with on(when), pytest.raises(Refused) as caught:
        ask()
    assert caught.value.reason == reason
    assert all((caught.value.message, caught.value.rule, caught.value.remedy))
    assert (aggregate.version, aggregate.pending) == (version, [])
    return caught.value
