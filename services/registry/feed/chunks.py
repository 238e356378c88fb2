"""The rows of a checked import become events, a chunk a transaction: while one is decided, others are read and written.

What is read early may be old when it is written: a command that came in between spoils the chunk, and it is done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import Connection
from psycopg.errors import DeadlockDetected, UniqueViolation

from services.registry.feed import staging
from services.registry.feed.counts import Counts
from services.registry.feed.known import Standing, standing
from services.registry.feed.placing import Placer
from services.registry.feed.rows import RegistryRow
from services.registry.feed.taking import Draft, Feed, draft
from xianfeng.clock import Clock

__all__ = ["CHUNK", "Chunks"]

CHUNK = 1_000
"""Rows a transaction: at most twice as many events, as a rule."""
_TRIES = 20
# "take", so that no other lock of the database is meant.
_LOCK = 0x74616B65


class Chunks:
    """Its methods block, and are called one after the other. Ended or killed, what was written stays, and the same
    import goes on behind it.
    """

    def __init__(self, dsn: str, id: str, placer: Placer, clock: Clock) -> None:
        self._connection: Connection[Any] = psycopg.connect(dsn, autocommit=True)
        self._reading: Connection[Any] = psycopg.connect(dsn, autocommit=True)
        self._writing: Connection[Any] = psycopg.connect(dsn, autocommit=True)
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="import-reader")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="import-writer")
        # One that was given up may be in the middle of its last chunk.
        self._connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
        found = staging.find(self._connection, id)
        if found is None:
            raise LookupError(id)
        self._staged = found
        self._feed = Feed(found.source, found.as_of, found.actor, found.id)
        self._placer, self._clock = placer, clock
        self._written: tuple[list[RegistryRow], Future[Counts]] | None = None
        self.counts = Counts(**found.counts)
        self._read = self._reader.submit(self._look, found.taken)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        for thread in (self._reader, self._writer):
            thread.shutdown()
        for connection in (self._reading, self._writing, self._connection):
            connection.close()

    def take(self) -> bool:
        """Decide the next chunk while the one before is written; False when there was none left to decide."""
        rows, stand = self._read.result()
        if rows:
            self._read = self._reader.submit(self._look, rows[-1].number)
        drafted = self._draft(rows, stand)
        self._settle()
        if rows:
            self._written = (rows, self._writer.submit(self._write, rows, drafted))
        return bool(rows)

    def _look(self, after: int) -> tuple[list[RegistryRow], dict[str, Standing]]:
        """The rows behind a number, and how their codes stand."""
        rows = staging.next_rows(self._reading, self._staged.id, after, CHUNK)
        return rows, standing(self._reading, self._staged.source, [row.code for row in rows])

    def _draft(self, rows: list[RegistryRow], stand: Mapping[str, Standing] | None = None) -> Draft:
        return draft(self._connection, rows, feed=self._feed, placer=self._placer, clock=self._clock, stand=stand)

    def _settle(self) -> None:
        """Wait until the chunk on its way is written; again if a command wrote to one of its enterprises meanwhile."""
        if self._written is None:
            return
        rows, written = self._written
        self._written = None
        for attempt in range(_TRIES):
            try:
                self.counts = written.result()
                return
            except (UniqueViolation, DeadlockDetected):
                if attempt + 1 == _TRIES:
                    raise
                written = self._writer.submit(self._write, rows, self._draft(rows))

    def _write(self, rows: list[RegistryRow], drafted: Draft) -> Counts:
        """One transaction: events, what was said, faults, and how far the import is. Of a dry run the last two."""
        counts = Counts(**self.counts.numbers())
        counts.join(drafted.taken.counts)
        counts.read += len(rows)
        with self._writing.transaction():
            if not self._staged.dry_run:
                drafted.write(self._writing)
            staging.note_faults(self._writing, self._staged.id, drafted.taken.faults)
            staging.save_taken(self._writing, self._staged.id, rows[-1].number, counts)
        return counts
