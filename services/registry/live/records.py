"""What an adapter pushes, and which of it is news: pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

__all__ = ["Fault", "Known", "Record", "Tally", "calls", "sift"]


class Record(NamedTuple):
    """The newest that a source says of an enterprise. `gone`: a tombstone, it was deleted on `day`."""

    cursor: int
    code: str
    columns: Mapping[str, str]
    hash: bytes
    day: date
    gone: bool = False


class Fault(NamedTuple):
    """A record that cannot be taken: where, which column, and why, in words."""

    cursor: int
    code: str
    field: str
    reason: str


class Known(NamedTuple):
    """The record of an enterprise that was taken last."""

    cursor: int
    hash: bytes
    day: date
    gone: bool


class Tally(NamedTuple):
    """What became of the records. `read` is the sum of new, changed, unchanged, gone and rejected."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    rejected: int = 0
    unplaced: int = 0
    differences: int = 0
    events: int = 0

    def plus(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def sift(records: Iterable[Record], known: Mapping[str, Known], today: date) -> list[Record]:
    """The records that are newer than what is known, by cursor; duplicates and late ones are left out.

    A day never lies ahead, and never before that of the record known: sources write days by clocks of their own.
    """
    newest, fresh = dict(known), list[Record]()
    for record in sorted(records, key=lambda record: record.cursor):
        before = newest.get(record.code)
        if before is not None and record.cursor <= before.cursor:
            continue
        day = min(record.day, today) if before is None else max(min(record.day, today), before.day)
        newest[record.code] = Known(record.cursor, record.hash, day, record.gone)
        fresh.append(record._replace(day=day))
    return fresh


def calls(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Runs of records in their order: in each one day, and every enterprise once."""
    run, codes = list[Record](), set[str]()
    for record in records:
        if run and (record.day != run[0].day or record.code in codes):
            yield run
            run, codes = [], set()
        run.append(record)
        codes.add(record.code)
    if run:
        yield run
