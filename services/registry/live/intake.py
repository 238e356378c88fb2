"""Takes chunks of a live source: what is news goes to the comparing core, its events and cursor commit together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection

from services.registry.live.books import Books
from services.registry.live.comparing import Errand, compare
from services.registry.live.records import Fault, Record, Tally, calls, sift
from xianfeng.clock import Clock

__all__ = ["CHUNK", "Chunk", "Errand", "LiveIntake", "Outcome"]

CHUNK = 500
"""Records a transaction: each may come to several events, and the log's lock is held beside commands."""

# A process that freezes inside a transaction would hold every writer up.
_PATIENCE = "set idle_in_transaction_session_timeout = '20s'"


class Chunk(NamedTuple):
    """Records that came together. `whole`: they are the last of a snapshot, and none of it is missing."""

    records: Sequence[Record]
    faults: Sequence[Fault]
    whole: bool = False


class Outcome(NamedTuple):
    """After a chunk: the source's cursor, what became of the records, and who was not in a whole snapshot."""

    cursor: int
    tally: Tally
    absent: int = 0


class LiveIntake:
    """One connection, one chunk at a time, however many adapters there are. It blocks: call it in a thread."""

    def __init__(self, dsn: str, clock: Clock) -> None:
        self._dsn = dsn
        self._clock = clock
        self._door = threading.Lock()
        self._connection: Connection[Any] | None = None

    def take(self, errand: Errand, chunk: Chunk) -> Outcome:
        """Take a chunk, whole or not at all. Raises psycopg.Error: nothing of the chunk was taken then."""
        with self._door, (connection := self._connected()).transaction():
            books = Books(connection, errand.source)
            tally = self._compare(connection, books, errand, chunk)
            absent = self._move(books, errand.snapshot, chunk)
            return Outcome(books.cursor, tally, absent)

    def close(self) -> None:
        """Wait for a chunk under way, then leave the database."""
        with self._door:
            if self._connection is not None:
                self._connection.close()

    def _compare(self, connection: Connection[Any], books: Books, errand: Errand, chunk: Chunk) -> Tally:
        fresh = sift(chunk.records, books.known({record.code for record in chunk.records}), self._clock.today())
        told, faults = Tally(), list(chunk.faults)
        for run in calls(fresh):
            compared = compare(connection, run, errand, self._clock)
            told, faults = told.plus(compared.tally), [*faults, *compared.faults]
        # First what is settled, then what is wrong with these very records.
        books.remember(fresh)
        books.keep_aside(faults, self._clock.now())
        skipped = len(chunk.records) - len(fresh)
        return told.plus(Tally(read=skipped + len(chunk.faults), unchanged=skipped, rejected=len(chunk.faults)))

    def _move(self, books: Books, snapshot: int | None, chunk: Chunk) -> int:
        now = self._clock.now()
        if snapshot is None:
            heard = [*(record.cursor for record in chunk.records), *(fault.cursor for fault in chunk.faults)]
            books.move(max(heard, default=books.cursor), now)
            return 0
        # Only a whole snapshot tells all that happened before its cursor.
        return books.end_snapshot(snapshot, now) if chunk.whole else 0

    def _connected(self) -> Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._dsn, autocommit=True)
            self._connection.execute(_PATIENCE)
        return self._connection
