"""A build aside: folded once, of a log up to a position, read as the serving one is, and never fed again.

No consumer runs it. It belongs to the process that made it, which says whenever it is asked for; one that nobody asked
for in an hour is retired by the projection's runner, so that a process that died leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import psycopg
import structlog

from xianfeng.bus import kept_aside
from xianfeng.bus.builds import insert_build
from xianfeng.bus.decoder import Decoder
from xianfeng.bus.kept_aside import Held
from xianfeng.bus.place import Place, open_places, save_places
from xianfeng.bus.projection import Build, Projection, Record
from xianfeng.bus.topics import PARTITIONS, partition_of

__all__ = ["Aside", "keep", "retire", "retire_forgotten"]

Connection = psycopg.Connection[Any]
_WRITTEN_AT_ONCE = 20_000
_KEPT_SECONDS = 3_600

logger = structlog.get_logger(__name__)


class Aside:
    """Begin one, fold the log's events in their order, end it. All methods run on one thread.

    `day` is its business date. A subject with an event that cannot be folded is held from there on, as in service.
    """

    def __init__(self, connection: Connection, projection: Projection, day: date) -> None:
        self._connection, self._projection, self._day = connection, projection, day
        self._decoder = Decoder(projection.catalogue, projection.types)
        self._reached: dict[int, int] = {}
        self._held: dict[str, Held] = {}
        self._unwritten: list[Record] = []
        # It can be made again at any time.
        connection.execute("set synchronous_commit = off")
        with connection.transaction():
            self.number = insert_build(connection, projection, "aside")
            open_places(connection, projection.name, self.number, range(PARTITIONS), day)

    @property
    def types(self) -> list[str]:
        """The types of events that matter to it, of every version."""
        return sorted(kind for kind in self._decoder.known if self._decoder.concerns(kind))

    def fold(self, events: Iterable[tuple[int, bytes]]) -> None:
        """Fold some events: the position of each, and its bytes."""
        records = []
        for position, raw in events:
            record = self._decoder.read(raw, -1)
            record.partition = partition_of(record.subject)
            self._reached[record.partition] = position
            records.append(record)
        self._projection.load(self._connection, self._build(building=True), {record.subject for record in records})
        for record in records:
            if record.subject not in self._held:
                self._apply(record)
        if len(self._unwritten) >= _WRITTEN_AT_ONCE:
            self._write()

    def _apply(self, record: Record) -> None:
        try:
            self._projection.apply(record)
        except Exception as fault:
            self._hold(record, fault)
        else:
            self._unwritten.append(record)

    def _hold(self, record: Record, fault: Exception) -> None:
        """Its subject stays as it was before this record, of which nothing must be left."""
        logger.warning("held-aside", build=self.number, type=record.type, error=type(fault).__name__)
        self._held[record.subject] = Held(record.subject, record.partition, record.version, "fault")
        self._projection.reload(self._connection, self._build(building=True), record.subject)
        for before in self._unwritten:
            if before.subject == record.subject:
                self._projection.apply(before)

    def _write(self) -> None:
        subjects = sorted({record.subject for record in self._unwritten})
        with self._connection.transaction():
            self._projection.write(self._connection, self._build(building=True), self._day, subjects)
        self._unwritten.clear()

    def end(self, now: datetime) -> None:
        """Derive everything: it can be read from now on."""
        self._write()
        name, assessed = self._projection.name, self._build(building=False)
        with self._connection.transaction():
            for partition in range(PARTITIONS):
                self._projection.assess(self._connection, assessed, partition, self._day)
            places = {p: Place(self._reached.get(p, 0), 0, self._day, assessed=True) for p in range(PARTITIONS)}
            save_places(self._connection, name, self.number, places)
            kept_aside.hold(self._connection, name, self.number, self._held.values(), now)

    def _build(self, *, building: bool) -> Build:
        return Build(self._projection.name, self._projection.version, self.number, building, announcing=False)


def keep(connection: Connection, projection: str, number: int) -> bool:
    """Say that it was asked for just now; False when it is not there any more."""
    found = connection.execute(
        "update build set since = now() where projection = %s and number = %s and state = 'aside'", (projection, number)
    )
    return found.rowcount == 1


def retire(connection: Connection, projection: str, number: int) -> None:
    """Nobody needs it any more; the runner drops its tables a moment later."""
    connection.execute(
        "update build set state = 'retired', since = now() where projection = %s and number = %s and state = 'aside'",
        (projection, number),
    )


def retire_forgotten(connection: Connection, projection: str) -> None:
    """Retire those that nobody has asked for in an hour, whoever made them."""
    connection.execute(
        "update build set state = 'retired', since = now() where projection = %s and state = 'aside'"
        " and since < now() - make_interval(secs => %s)",
        (projection, _KEPT_SECONDS),
    )
