"""A small world for the bus: a log of counters, its topic, a projection that counts, on real servers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg

from xianfeng.bus import MIGRATIONS as BUS
from xianfeng.bus.projection import Build, Record
from xianfeng.bus.topics import Topic, partition_of
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Catalogue, Data, Event, acting
from xianfeng.store.migrate import migrate

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
EVENTS_TABLE = """
create table {name}_events (
    originator_id text not null, originator_version bigint not null, topic text not null, state bytea not null,
    notification_id bigserial unique, primary key (originator_id, originator_version))
"""


class Counted(Data):
    TYPE = "counter.counted.v1"
    by: int


class Noted(Data):
    TYPE = "counter.noted.v1"
    text: str


CATALOGUE = Catalogue((Counted, Noted))


@dataclass
class Log:
    """An event log of one service, filled by the test."""

    dsn: str
    name: str
    topic: Topic
    clock: ManualClock

    @classmethod
    def make(cls, dsn: str, topic: str | None = None) -> Log:
        log = cls(dsn, "demo", Topic(topic or f"xianfeng.test-{uuid4().hex[:12]}.v1"), ManualClock(NOON))
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(EVENTS_TABLE.format(name=log.name).encode())
            migrate(connection, log.name, BUS)
        return log

    def append(self, changes: Sequence[tuple[str, Data]]) -> int:
        """Record events; the position of the last one."""
        with psycopg.connect(self.dsn) as connection, connection.cursor() as cursor:
            cursor.execute(f"lock table {self.name}_events in exclusive mode".encode())
            versions = self._versions(cursor, {subject for subject, _ in changes})
            table = f"{self.name}_events(originator_id, originator_version, topic, state)"
            with cursor.copy(f"copy {table} from stdin (format binary)".encode()) as copy:
                copy.set_types(["text", "int8", "text", "bytea"])
                for subject, data in changes:
                    versions[subject] = version = versions.get(subject, 0) + 1
                    copy.write_row((subject, version, data.TYPE, self.event(subject, version, data).raw))
            cursor.execute(f"notify {self.name}_events".encode())
            row = cursor.execute(f"select max(notification_id) from {self.name}_events".encode()).fetchone()
            return int(row[0]) if row else 0

    def count(self, amounts: Sequence[tuple[str, int]]) -> int:
        return self.append([(subject, Counted(by=by)) for subject, by in amounts])

    def event(self, subject: str, version: int, data: Data) -> Event:
        with acting(Act("system:test", "run-1")):
            return Event.make(subject, version, data, source="/demo", clock=self.clock)

    def _versions(self, cursor: psycopg.Cursor[Any], subjects: Collection[str]) -> dict[str, int]:
        query = f"select originator_id, max(originator_version) from {self.name}_events where originator_id = any(%s)"
        return dict(cursor.execute(f"{query} group by 1".encode(), (list(subjects),)).fetchall())

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def totals(self) -> dict[str, int]:
        """A plain fold of the log: what every projection has to show."""
        totals: dict[str, int] = {}
        for subject, raw in self.rows(f"select originator_id, state from {self.name}_events order by notification_id"):
            data = CATALOGUE.load(bytes(raw)).data
            totals[subject] = totals.get(subject, 0) + (data.by if isinstance(data, Counted) else 0)
        return totals

    def ends(self) -> dict[int, int]:
        """The last position on each partition."""
        ends: dict[int, int] = {}
        for subject, position in self.rows(f"select originator_id, notification_id from {self.name}_events"):
            ends[partition_of(subject)] = max(position, ends.get(partition_of(subject), 0))
        return ends


class Counting:
    """Sums what was counted for each subject, and counts business days."""

    name = "counting"
    version = 1
    catalogue = CATALOGUE
    types = frozenset({Counted.TYPE})
    announces = True
    gather = 0.0

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self._memory: dict[str, tuple[int, int]] = {}

    def create(self, conn: psycopg.Connection[Any], build: Build) -> None:
        n = build.number
        conn.execute(
            f"create table total_b{n} (subject text primary key, part int, version bigint, total bigint, lean bool);"
            f"create table midnight_b{n} (part int, day date, primary key (part, day))".encode()
        )
        conn.execute(b"create table if not exists told (build int)")

    def drop(self, conn: psycopg.Connection[Any], build: Build) -> None:
        conn.execute(f"drop table total_b{build.number}, midnight_b{build.number}".encode())

    def load(self, conn: psycopg.Connection[Any], build: Build, subjects: Collection[str]) -> None:
        wanted = [subject for subject in subjects if subject not in self._memory]
        query = f"select subject, version, total from total_b{build.number} where subject = any(%s)".encode()
        self._memory.update(dict.fromkeys(wanted, (0, 0)))
        self._memory.update({subject: (version, total) for subject, version, total in conn.execute(query, (wanted,))})

    def version_of(self, subject: str) -> int:
        return self._memory[subject][0]

    def apply(self, record: Record) -> None:
        total = self._memory[record.subject][1]
        if record.data is not None:
            self.fold(record)
            total += record.data.by
        self._memory[record.subject] = (record.version, total)

    def apply_run(self, records: Sequence[Record]) -> None:
        for record in records:
            self.apply(record)

    def fold(self, record: Record) -> None:
        """Where a faulty version of the code may fail."""

    def reload(self, conn: psycopg.Connection[Any], build: Build, subject: str) -> None:
        self._memory.pop(subject, None)
        self.load(conn, build, [subject])

    def write(self, conn: psycopg.Connection[Any], build: Build, day: date, subjects: Collection[str]) -> None:
        rows = [(subject, partition_of(subject), *self._memory[subject], build.building) for subject in subjects]
        with conn.cursor() as cursor:
            cursor.execute(b"create temp table if not exists fresh (s text, p int, v bigint, t bigint, l bool)")
            cursor.execute(b"truncate fresh")
            with cursor.copy(b"copy fresh from stdin (format binary)") as copy:
                copy.set_types(["text", "int4", "int8", "int8", "bool"])
                for row in rows:
                    copy.write_row(row)
            cursor.execute(
                f"insert into total_b{build.number} select * from fresh on conflict (subject)"
                " do update set version = excluded.version, total = excluded.total, lean = excluded.lean".encode()
            )

    def assess(self, conn: psycopg.Connection[Any], build: Build, partition: int, day: date) -> None:
        conn.execute(f"update total_b{build.number} set lean = false where part = %s".encode(), (partition,))

    def advance(self, conn: psycopg.Connection[Any], build: Build, partition: int, day: date) -> None:
        conn.execute(f"insert into midnight_b{build.number} values (%s, %s)".encode(), (partition, day))

    def announce(self, conn: psycopg.Connection[Any], build: Build, partitions: Sequence[int]) -> None:
        conn.execute(b"insert into told values (%s)", (build.number,))

    def forget(self, partitions: Collection[int] | None = None) -> None:
        if partitions is None:
            self._memory.clear()
            return
        for subject in [subject for subject in self._memory if partition_of(subject) in partitions]:
            del self._memory[subject]
