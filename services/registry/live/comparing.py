"""Records of one day, each enterprise once, through the feed's comparing core: the same as for a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from services.registry.feed.normalising import code_fault
from services.registry.feed.rows import Gone, RegistryRow
from services.registry.feed.taking import Feed, Taken, take
from services.registry.live.keeping import told
from services.registry.live.places import DatedPlaces
from services.registry.live.records import Fault, Record, Tally
from xianfeng.clock import Clock
from xianfeng.words import say

__all__ = ["Compared", "Errand", "compare"]


class Compared(NamedTuple):
    """What the core made of records. `faults`: those that it cannot take."""

    tally: Tally
    faults: list[Fault]


class Errand(NamedTuple):
    """Whose records one call brings, and who brings them. `snapshot`: the cursor of the one that they are, if any.

    `causation` names what the events are derived from; empty: the records themselves.
    """

    source: str
    actor: str
    correlation: str
    places: DatedPlaces
    snapshot: int | None = None

    @property
    def causation(self) -> str:
        return "" if self.snapshot is None else f"snapshot/{self.source}/{self.snapshot}"


def compare(connection: Connection[Any], records: Sequence[Record], errand: Errand, clock: Clock) -> Compared:
    """Record what the records of one day bring, inside the caller's transaction and under the log's lock."""
    day = records[0].day
    faults = [fault for record in records if (fault := _unfit(record)) is not None]
    unfit = {fault.code for fault in faults}
    fit = [record for record in records if record.code not in unfit]
    rows = [RegistryRow.of(record.columns, n) for n, record in enumerate(fit) if not record.gone]
    gone = [Gone(record.code, record.day) for record in fit if record.gone]
    feed = Feed(errand.source, day, errand.actor, errand.correlation, errand.causation)
    taken = take(connection, rows, gone, feed=feed, placer=errand.places.on(day), clock=clock)
    faults += [Fault(fit[f.number].cursor, fit[f.number].code, *told(f)) for f in taken.faults]
    return Compared(_tally(taken, {item.code for item in gone}, len(unfit)), faults)


def _unfit(record: Record) -> Fault | None:
    """What is wrong with a record that is not as its adapter made it, or that no adapter should have sent."""
    if not record.gone and not _undamaged(record):
        return Fault(record.cursor, record.code, say("live.field.line"), say("live.fault.hash"))
    wrong = code_fault(0, record.code)
    return Fault(record.cursor, record.code, *told(wrong)) if wrong else None


def _undamaged(record: Record) -> bool:
    try:
        row = RegistryRow.of(record.columns)
    except TypeError:
        return False
    return row.digest == record.hash and row.code == record.code and all(map(str.isprintable, row[1:]))


def _tally(taken: Taken, gone: Iterable[str], unfit: int) -> Tally:
    came = [("gone" if code in gone and outcome == "changed" else outcome) for code, outcome in taken.outcomes]
    return Tally(
        read=len(came) + unfit, new=came.count("new"), changed=came.count("changed"),
        unchanged=came.count("unchanged"), gone=came.count("gone"), rejected=came.count("rejected") + unfit,
        unplaced=taken.counts.unplaced, differences=taken.counts.differences, events=taken.counts.events,
    )  # fmt: skip
