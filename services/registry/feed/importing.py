"""One import, step by step, on a connection of its own: staged, checked, taken in chunks. Killed, it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.errors import DeadlockDetected, UniqueViolation

from services.registry.domain.words import refuse
from services.registry.feed import checking, staging
from services.registry.feed.counts import Counts
from services.registry.feed.faults import Fault
from services.registry.feed.placing import Placer
from services.registry.feed.rows import RegistryRow
from services.registry.feed.staging import Staged, Wait
from services.registry.feed.taking import Draft, Feed, draft
from xianfeng.clock import Clock

__all__ = ["CHUNK", "Importing"]

CHUNK = 1_000
"""Rows a transaction: at most twice as many events, as a rule."""
_ABSENT_SHOWN = 100
_TRIES = 20
_FORGOTTEN = timedelta(days=1)
# "feed", so that no other lock of the database is meant.
_LOCK = 0x66656564


class Importing:
    """All of its methods block; they are called one after the other, in whatever thread. `close` ends it."""

    def __init__(self, dsn: str, clock: Clock) -> None:
        self._connection: Connection[Any] = psycopg.connect(dsn, autocommit=True)
        self._writing: Connection[Any] = psycopg.connect(dsn, autocommit=True)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="import-writer")
        self._written: tuple[list[RegistryRow], Future[Counts]] | None = None
        self._drafted = 0
        self._clock = clock
        self.counts = Counts()
        self.waits: list[Wait] = []

    def close(self) -> None:
        """Whatever was committed stays, and the same export goes on from there."""
        self._writer.shutdown()
        self._writing.close()
        self._connection.close()

    def lock(self) -> None:
        """One import at a time. Refused when another runs and does not end for ten seconds."""
        try:
            self._connection.execute("set lock_timeout = '10s'")
            self._connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
            self._connection.execute("reset lock_timeout")
        except psycopg.errors.LockNotAvailable:
            raise refuse("import-running", kind="unavailable") from None

    def begin(self, new: Staged) -> Staged:
        """Open it, new or where an interrupted one of the same export stopped."""
        staging.sweep(self._connection, new.begun - _FORGOTTEN)
        self._open(staging.open_import(self._connection, new))
        return self.staged

    def resume(self, id: str) -> Staged:
        """Open one that waits. Refused when there is none of this id."""
        found = staging.find(self._connection, id)
        if found is None:
            raise refuse("import-unknown", field="id", kind="unknown", id=id)
        self._open(found)
        return found

    def _open(self, staged: Staged) -> None:
        self.staged = staged
        self._drafted = staged.taken
        self.counts = Counts(**staged.counts)
        self.waits = [Wait(*wait) for wait in staged.waits]

    def stage(self, rows: Iterable[RegistryRow]) -> None:
        """Add rows of the export."""
        try:
            staging.stage(self._connection, self.staged.id, rows)
        except UniqueViolation:
            raise refuse("import-order", field="rows", kind="invalid", value="number") from None

    def check(self, placer: Placer) -> None:
        """The whole file is here: what only the whole shows. Afterwards it waits for a person, or is being taken."""
        with self._connection.transaction():
            self._connection.execute("analyze feed_row")
            faults, doubled = checking.repeated(self._connection, self.staged.id)
            staging.note_faults(self._connection, self.staged.id, faults)
            rejected = len({fault.number for fault in faults})
            absent = checking.count_absent(self._connection, self.staged)
            self.counts = Counts(read=doubled + rejected, unchanged=doubled, rejected=rejected, absent=absent)
            self.waits = checking.waits(self._connection, self.staged, placer)
            staging.save_taken(self._connection, self.staged.id, 0, self.counts)
            self._enter("waiting" if self.waits else "applying")

    def confirm(self) -> None:
        """A person has looked at it."""
        self._enter("applying")

    def _enter(self, state: str) -> None:
        staging.set_state(self._connection, self.staged.id, state, self.waits)
        self.staged = self.staged._replace(state=state)

    def take(self, placer: Placer) -> bool:
        """Decide the next chunk while the one before is written; False when there was none left to decide."""
        rows = staging.next_rows(self._connection, self.staged.id, self._drafted, CHUNK)
        drafted = self._draft(rows, placer)
        self._settle(placer)
        if rows:
            self._drafted = rows[-1].number
            self._written = (rows, self._writer.submit(self._write, rows, drafted))
        return bool(rows)

    def _draft(self, rows: list[RegistryRow], placer: Placer) -> Draft:
        feed = Feed(self.staged.source, self.staged.as_of, self.staged.actor, self.staged.id)
        return draft(self._connection, rows, feed=feed, placer=placer, clock=self._clock)

    def _settle(self, placer: Placer) -> None:
        """Wait until the chunk on its way is written; again if a command wrote to one of its enterprises meanwhile."""
        if self._written is None:
            return
        rows, written = self._written
        self._written = None
        for attempt in range(_TRIES):
            try:
                self.counts = written.result()
                self.staged = self.staged._replace(taken=rows[-1].number)
                return
            except (UniqueViolation, DeadlockDetected):
                if attempt + 1 == _TRIES:
                    raise
                written = self._writer.submit(self._write, rows, self._draft(rows, placer))

    def _write(self, rows: list[RegistryRow], drafted: Draft) -> Counts:
        """One transaction: events, what was said, faults, and how far the import is. Of a dry run the last two."""
        counts = Counts(**self.counts.numbers())
        counts.join(drafted.taken.counts)
        counts.read += len(rows)
        with self._writing.transaction():
            if not self.staged.dry_run:
                drafted.write(self._writing)
            staging.note_faults(self._writing, self.staged.id, drafted.taken.faults)
            staging.save_taken(self._writing, self.staged.id, rows[-1].number, counts)
        return counts

    def finish(self) -> list[Fault]:
        """It ends: its rows go. The faults that were found."""
        with self._connection.transaction():
            faults = staging.faults(self._connection, self.staged.id)
            staging.drop(self._connection, self.staged.id, "done")
        return faults

    def cancel(self) -> None:
        with self._connection.transaction():
            staging.drop(self._connection, self.staged.id, "cancelled")

    def absent(self) -> list[tuple[str, str]]:
        """Code and name of the first enterprises that are absent."""
        return checking.absent(self._connection, self.staged, _ABSENT_SHOWN)
