"""The directory: one row a subject for lists and searches, folded by the same aggregates that decide.

The rows hold what is shown; state is never read back from them. A subject that is not in memory is folded again from
the service's own log up to the version its row has, so the directory cannot disagree with a single get.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from services.registry.directory import FOLDED, LISTED, create, drop, entry_of, table, write
from services.registry.domain.base import DatedAggregate
from services.registry.events import CATALOGUE, TOPIC
from xianfeng.bus.projection import Build, Record

__all__ = ["DirectoryProjection"]

# Each subject's events by the log's index: joined, the whole log is read and sorted once many subjects are asked for.
_TOLD = """
select d.subject, d.kind, d.part,
       array(select e.state from {events} e
              where e.originator_id = d.subject and e.originator_version <= d.version order by e.originator_version)
  from {directory} d where d.subject = any(string_to_array(%s, ' '))
"""
_HELD = 20_000
"""Subjects kept in memory; beyond, all are dropped after a write and folded again when they are touched."""


class _Told(msgspec.Struct):
    """A record as an aggregate's fold sees it."""

    type: str
    data: Any
    originator_version: int
    effective: date
    id: str
    actor: str = ""


class DirectoryProjection:
    """One instance serves one build. `log` is the name of the service whose events table the subjects stand in."""

    name = "directory"
    version = 3
    topic = TOPIC
    catalogue = CATALOGUE
    types = frozenset(t for t in CATALOGUE.models if t.partition(".")[0] in LISTED)
    announces = False
    gather = 0.2

    def __init__(self, log: str = "registry") -> None:
        self._log = log
        self._held: dict[str, DatedAggregate] = {}
        self._parts: dict[str, int] = {}

    def create(self, conn: psycopg.Connection[Any], build: Build) -> None:
        create(conn, build.number)

    def drop(self, conn: psycopg.Connection[Any], build: Build) -> None:
        drop(conn, build.number)

    def load(self, conn: psycopg.Connection[Any], build: Build, subjects: Collection[str]) -> None:
        missing = [subject for subject in subjects if subject not in self._held]
        if missing:
            for subject, kind, part, raws in self._told(conn, build, missing):
                aggregate = FOLDED[kind](subject)
                aggregate.replay(CATALOGUE.load(raw) for raw in raws)
                self._held[subject], self._parts[subject] = aggregate, part

    def version_of(self, subject: str) -> int:
        held = self._held.get(subject)
        return held.version if held else 0

    def apply(self, record: Record) -> None:
        held = self._held.get(record.subject)
        if held is None:
            held = self._held[record.subject] = FOLDED[record.type.partition(".")[0]](record.subject)
        self._parts[record.subject] = record.partition
        # A fold reads the fields of the event's model; the record's struct has the same.
        held.apply(_Told(record.type, record.data, record.version, record.effective, record.id))  # type: ignore[arg-type]

    def apply_run(self, records: Sequence[Record]) -> None:
        for record in records:
            self.apply(record)

    def reload(self, conn: psycopg.Connection[Any], build: Build, subject: str) -> None:
        self._held.pop(subject, None)
        self.load(conn, build, [subject])

    def write(self, conn: psycopg.Connection[Any], build: Build, day: date, subjects: Collection[str]) -> None:
        held = [self._held[subject] for subject in subjects if self.version_of(subject)]
        write(conn, build.number, (entry_of(aggregate, self._parts[aggregate.id], day) for aggregate in held))
        if len(self._held) > _HELD:
            self.forget()

    def assess(self, conn: psycopg.Connection[Any], build: Build, partition: int, day: date) -> None:
        self.advance(conn, build, partition, day)

    def advance(self, conn: psycopg.Connection[Any], build: Build, partition: int, day: date) -> None:
        query = sql.SQL("select subject from {} where part = %s and next_change <= %s")
        rows = conn.execute(query.format(table(build.number)), (partition, day)).fetchall()
        due = [str(subject) for (subject,) in rows]
        self.load(conn, build, due)
        self.write(conn, build, day, due)

    def announce(self, conn: psycopg.Connection[Any], build: Build, partitions: Sequence[int]) -> None:
        """Lists are nobody's news."""

    def forget(self, partitions: Collection[int] | None = None) -> None:
        if partitions is None:
            self._held.clear()
            self._parts.clear()
            return
        for subject in [s for s, part in self._parts.items() if part in partitions]:
            del self._parts[subject]
            self._held.pop(subject, None)

    def _told(
        self, conn: psycopg.Connection[Any], build: Build, subjects: list[str]
    ) -> Iterator[tuple[str, str, int, list[bytes]]]:
        """Subject, kind, partition and bytes of what each row was made of; a subject without a row is new."""
        query = sql.SQL(_TOLD).format(directory=table(build.number), events=sql.Identifier(f"{self._log}_events"))
        rows: Iterable[tuple[str, str, int, list[bytes]]] = conn.execute(query, (" ".join(subjects),)).fetchall()
        yield from rows
