"""A small aggregate for the store's tests, and what opens a log with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg

from xianfeng.clock import Clock, ManualClock
from xianfeng.event import Act, Catalogue, Data, Event
from xianfeng.refusal import Refused
from xianfeng.store import MIGRATIONS
from xianfeng.store.aggregate import Aggregate
from xianfeng.store.migrate import migrate
from xianfeng.store.session import Session
from xianfeng.store.writer import Writer

NAME = "registry"
ACT = Act("acc-1", "cor-1")
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class CounterOpened(Data):
    TYPE = "counter.opened.v1"
    name: str


class CounterRaised(Data):
    TYPE = "counter.raised.v1"
    by: int


CATALOGUE = Catalogue([CounterOpened, CounterRaised])


class Counter(Aggregate):
    SOURCE = "/counter"

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.name = ""
        self.count = 0

    def open(self, name: str) -> None:
        self.emit(CounterOpened(name=name))

    def raise_by(self, by: int) -> None:
        self.emit(CounterRaised(by=by))

    def on_opened(self, data: CounterOpened, event: Event) -> None:
        self.name = data.name

    def on_raised(self, data: CounterRaised, event: Event) -> None:
        self.count += data.by


Decide = Callable[[Session], dict[str, Any]]


def opening(subject: str, code: str) -> Decide:
    """Open a counter under a code that is its alone."""

    def decide(session: Session) -> dict[str, Any]:
        session.claim("code", code, subject, field="code")
        counter = session.new(Counter, subject)
        counter.open(code)
        return {"subject": subject, "version": counter.version}

    return decide


def raising(subject: str, by: int = 1, *, refuse: bool = False) -> Decide:
    """Raise a counter; refused after it has emitted when `refuse` is set."""

    def decide(session: Session) -> dict[str, Any]:
        counter = session.get(Counter, subject, field="subject")
        counter.raise_by(by)
        if refuse:
            session.execute("insert into extra values (%s)", (subject,))
            raise Refused("不行", reason="no")
        return {"version": counter.version, "count": counter.count}

    return decide


def prepare(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        migrate(connection, NAME, MIGRATIONS)


@contextmanager
def writing(dsn: str, clock: Clock | None = None, **options: Any) -> Iterator[Writer]:
    """A writer on the log, started and closed."""
    writer = Writer(dsn, NAME, CATALOGUE, source="/registry", clock=clock or ManualClock(NOW), **options)
    writer.start()
    try:
        yield writer
    finally:
        writer.close()
