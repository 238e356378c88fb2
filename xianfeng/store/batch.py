"""One transaction of the writer: what its commands read, and what they decided so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, LiteralString, TypeVar

from psycopg import Connection, Cursor
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed

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

    def __init__(self, desk: Desk, connection: Connection[Any]) -> None:
        self._connection = connection
        self.cursor = self._new_cursor()
        self.claims = Claims(self.cursor)
        self.clock = desk.clock
        self.events: list[Event] = []
        self.position = 0
        self._desk = desk
        self._rows: list[Row] = []
        self._ends: dict[str, tuple[dict[str, Any], int]] = {}

    def begin(self, position: int, ids: Sequence[str]) -> dict[str, Answer]:
        """Forget the cached aggregates that others wrote to since this position; the commands seen before.

        One round trip, with the lock.
        """
        statement = self._desk.recorder.select_news
        news = self._new_cursor().execute(statement, (position, _MUCH_NEWS), prepare=True)
        seen = find_answers(self._new_cursor(), ids)
        self._learn(position, news.fetchall())
        return seen

    def _learn(self, position: int, news: list[tuple[int, str]]) -> None:
        self.position = news[-1][0] if news else position
        self._desk.cache.forget(subject for _, subject in news)
        if len(news) == _MUCH_NEWS:
            self._desk.cache.clear()
            statement = SQL("select max(notification_id) from {}").format(self._desk.recorder.table)
            self.position = self.cursor.execute(statement).fetchall()[0][0]

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

    def load(self, kind: type[Aggregate], subjects: Iterable[str], folded: Mapping[str, Aggregate]) -> None:
        """Have these in the cache, those that are not yet by one round trip.

        Those that were `folded` elsewhere are taken over unless somebody wrote to them since.
        """
        missing = {subject for subject in subjects if self._desk.cache.get(subject) is None}
        missing -= {event.originator_id for event in self.events}
        missing -= self._take_over({subject: folded[subject] for subject in missing if subject in folded})
        if not missing:
            return
        stored = self._desk.recorder.select_many(self.cursor, sorted(missing))
        for subject, rows in groupby(stored, key=lambda row: row.originator_id):
            events = [self._desk.mapper.to_domain_event(row) for row in rows]
            if events[0].type.partition(".")[0] == kind.KIND:
                self._desk.cache.put(kind(str(subject)).replay(events))

    def _take_over(self, folded: Mapping[str, Aggregate]) -> set[str]:
        if not folded:
            return set()
        versions = self._desk.recorder.versions(self.cursor, list(folded))
        current = {subject for subject, aggregate in folded.items() if aggregate.version == versions.get(subject)}
        for subject in current:
            self._desk.cache.put(folded[subject])
        return current

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
        """Write everything in one round trip; the commands' answers. The transaction is the caller's to commit."""
        inserting = self._new_cursor()
        if self.events:
            self._desk.recorder.insert(inserting, [self._desk.mapper.to_stored_event(event) for event in self.events])
            write_mark(self.cursor, self._desk.recorder.log, now)
        self.flush_rows()
        if self._ends:
            keep_answers(self.cursor, self._desk.recorder.log, self._behind(), now)
        positions = [row[0] for row in inserting.fetchall()] if self.events else []
        self.position = positions[-1] if positions else self.position
        return {id: Answer(value, position=positions[end - 1] if end else 0) for id, (value, end) in self._ends.items()}

    def _behind(self) -> dict[str, tuple[dict[str, Any], int | None]]:
        """Each command's answer, and how far its last event is from the batch's last; None when it has none."""
        count = len(self.events)
        return {id: (value, count - end if end else None) for id, (value, end) in self._ends.items()}

    def _new_cursor(self) -> Cursor[tuple[Any, ...]]:
        return self._connection.cursor(row_factory=tuple_row)

    def _load(self, kind: type[A], subject: str) -> Aggregate:
        aggregate = kind(subject)
        events = self.history(subject)
        if events and events[0].type.partition(".")[0] == kind.KIND:
            aggregate.replay(events)
        return aggregate
