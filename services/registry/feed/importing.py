"""One import, step by step, on a connection of its own: staged, checked, ended. Killed, it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.errors import UniqueViolation

from services.registry.domain.words import refuse
from services.registry.feed import checking, staging
from services.registry.feed.counts import Counts
from services.registry.feed.faults import Fault
from services.registry.feed.placing import Placer
from services.registry.feed.rows import RegistryRow
from services.registry.feed.staging import Staged, Wait

__all__ = ["Importing"]

_ABSENT_SHOWN = 100
_FORGOTTEN = timedelta(days=1)
# "feed", so that no other lock of the database is meant.
_LOCK = 0x66656564


class Importing:
    """All of its methods block; they are called one after the other, in whatever thread. `close` ends it."""

    def __init__(self, dsn: str) -> None:
        self._connection: Connection[Any] = psycopg.connect(dsn, autocommit=True)
        self.counts = Counts()
        self.waits: list[Wait] = []

    def close(self) -> None:
        """Whatever was committed stays, and the same export goes on from there."""
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
        # Of what was swept now, and of what ended when it was killed before it was cleared away.
        staging.clear(self._connection)
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
        self.counts = Counts(**staged.counts)
        self.waits = [Wait(*wait) for wait in staged.waits]

    @contextmanager
    def staging(self) -> Iterator[Callable[[Iterable[RegistryRow]], None]]:
        """What adds rows of the export; all of them are there once the block ends, or none."""
        try:
            with staging.staging(self._connection, self.staged.id) as add:
                yield add
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

    def look(self) -> None:
        """See how far it is, after others took of it."""
        self.resume(self.staged.id)

    def finish(self) -> list[Fault]:
        """It ends; `clear` is to follow. The faults that were found."""
        with self._connection.transaction():
            faults = staging.faults(self._connection, self.staged.id)
            staging.end(self._connection, self.staged.id, "done")
        return faults

    def cancel(self) -> None:
        """It ends, and nothing of it is left."""
        with self._connection.transaction():
            staging.end(self._connection, self.staged.id, "cancelled")
            staging.clear(self._connection)

    def clear(self) -> None:
        """Forget the rows of what has ended: nobody need wait for that."""
        staging.clear(self._connection)

    def absent(self) -> list[tuple[str, str]]:
        """Code and name of the first enterprises that are absent."""
        return checking.absent(self._connection, self.staged, _ABSENT_SHOWN)
