"""One transaction of the writer: what its commands read, and what they decided so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, TypeVar

from psycopg import Cursor
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Composed, Identifier

from xianfeng.clock import Clock
from xianfeng.event import Event
from xianfeng.store.aggregate import Aggregate
from xianfeng.store.answers import Answer, find_answers, keep_answers
from xianfeng.store.cache import AggregateCache
from xianfeng.store.claims import Claims, Key
from xianfeng.store.marks import write_mark
from xianfeng.store.recorder import EventMapper, Recorder

__all__ = ["Batch", "Desk", "Parameters", "Row", "Statement"]

A = TypeVar("A", bound=Aggregate)
Statement = LiteralString | bytes | SQL | Composed
Parameters = Sequence[Any] | dict[str, Any] | None
Row = tuple[Statement, Parameters]
_MUCH_NEWS = 5_000


@dataclass(frozen=True)
class Desk:
    """What a writer works with, batch after batch. An empty `source` leaves each aggregate's own."""

    recorder: Recorder
    mapper: EventMapper
    cache: AggregateCache
    source: str
    clock: Clock


class Batch:
    """Everything happens under the log's lock: reads are exact, and nothing can conflict."""

    def __init__(self, desk: Desk, cursor: Cursor[DictRow]) -> None:
        self.cursor = cursor.connection.cursor(row_factory=tuple_row)
        self.claims = Claims(self.cursor)
        self.clock = desk.clock
        self.events: list[Event] = []
        self.position = 0
        self._desk = desk
        self._inserting = cursor
        self._rows: list[Row] = []
        self._ends: dict[str, tuple[dict[str, Any], int]] = {}

    def catch_up(self, position: int) -> None:
        """Forget the cached aggregates that others have written to since this position."""
        table = Identifier(self._desk.recorder.events_table_name)
        statement = SQL("select notification_id, originator_id from {} where notification_id > %s order by 1 limit %s")
        news = self.cursor.execute(statement.format(table), (position, _MUCH_NEWS)).fetchall()
        self._desk.cache.forget(subject for _, subject in news)
        self.position = news[-1][0] if news else position
        if len(news) == _MUCH_NEWS:
            self._desk.cache.clear()
            row = self.cursor.execute(SQL("select max(notification_id) from {}").format(table)).fetchone()
            self.position = row[0] if row else 0

    def seen(self, ids: Sequence[str]) -> dict[str, Answer]:
        return find_answers(self.cursor, ids)

    def aggregate(self, kind: type[A], subject: str) -> A:
        """The aggregate, with all that was decided so far; at version 0 when there is none of this kind."""
        found = self._desk.cache.get(subject)
        if found is None:
            found = self._load(kind, subject)
            if found.version:
                self._desk.cache.put(found)
        if not isinstance(found, kind):
            found = kind(subject)
        found.clock, found.source = self.clock, self._desk.source or kind.SOURCE
        return found

    def remember(self, aggregate: Aggregate) -> None:
        self._desk.cache.put(aggregate)

    def forget(self, subjects: set[str]) -> None:
        """Drop aggregates that a refused command changed; they are folded again when next asked for."""
        self._desk.cache.forget(subjects)

    def history(self, subject: str) -> list[Event]:
        """Every event of a subject: those stored, then those decided in this batch."""
        stored = map(self._desk.mapper.to_domain_event, self._desk.recorder.select_with(self.cursor, subject))
        return [*stored, *(event for event in self.events if event.originator_id == subject)]

    def accept(
        self, id: str, value: dict[str, Any], events: Sequence[Event], rows: Sequence[Row],
        claims: dict[Key, str | None],
    ) -> None:  # fmt: skip
        """Take over what a command decided."""
        self.events.extend(events)
        self._rows.extend(rows)
        self.claims.decide(claims)
        self._ends[id] = (value, len(self.events) if events else 0)

    def flush_rows(self) -> None:
        """Write the services' own rows and the claims decided so far, so that they can be read."""
        rows, self._rows = self._rows, []
        for query, parameters in rows:
            self.cursor.execute(query, parameters)
        self.claims.save()

    def save(self, now: datetime) -> dict[str, Answer]:
        """Insert everything; the commands' answers. The transaction is the caller's to commit."""
        positions = self._insert_events(now)
        with self.cursor.connection.pipeline():
            self.flush_rows()
        answers = {
            id: Answer(value, position=positions[end - 1] if end else 0) for id, (value, end) in self._ends.items()
        }
        if answers:
            keep_answers(self.cursor, answers, now)
        return answers

    def _insert_events(self, now: datetime) -> list[int]:
        if not self.events:
            return []
        stored = [self._desk.mapper.to_stored_event(event) for event in self.events]
        positions = self._desk.recorder.insert(self._inserting, stored)
        self.position = positions[-1]
        write_mark(self.cursor, self.position, now)
        return positions

    def _load(self, kind: type[A], subject: str) -> Aggregate:
        aggregate = kind(subject)
        events = self.history(subject)
        if events and events[0].type.partition(".")[0] == kind.KIND:
            aggregate.replay(events)
        return aggregate
