"""The way of nearly all records: each fits the one before it, is an event, and is the next of its subject.

Such a stretch is folded in one quick loop. It ends before the first record that is anything else; that one, and what
comes behind it in the batch, is sorted by the rule (`intake`) and folded record by record (`fold`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from xianfeng.bus.decoder import Decoder
from xianfeng.bus.delivered import Delivered
from xianfeng.bus.place import Place
from xianfeng.bus.projection import Build, Projection, Record

__all__ = ["Stretch", "fold_stretch"]

Connection = psycopg.Connection[Any]


@dataclass
class Stretch:
    """How many records were folded, what they changed, and the place of each partition behind the last of them."""

    length: int = 0
    touched: dict[int, set[str]] = field(default_factory=dict)
    reached: dict[int, Place] = field(default_factory=dict)


def fold_stretch(  # noqa: PLR0917 - what an engine has
    connection: Connection, build: Build, projection: Projection, decoder: Decoder,
    records: Sequence[Delivered], places: Mapping[int, Place], held: Collection[str],
) -> Stretch:  # fmt: skip
    """Fold the records from the first one on as long as each is what it should be."""
    events = _fitting(records, places, decoder)
    runs = _by_subject(events)
    projection.load(connection, build, runs.keys())
    before = {subject: projection.version_of(subject) for subject in runs}
    after, length = before.copy(), len(events)
    if not _fold_runs(projection, decoder.concerned, runs, held, after):
        for subject in runs:
            projection.reload(connection, build, subject)
        after = before.copy()
        length = _fold_in_turn(connection, build, projection, decoder.concerned, events, held, after)
    touched: defaultdict[int, set[str]] = defaultdict(set)
    for subject, run in runs.items():
        if after[subject] != before[subject]:
            touched[run[0].partition].add(subject)
    return Stretch(length, touched, _reached(records[:length], places))


def _by_subject(events: Iterable[Record]) -> dict[str, list[Record]]:
    runs: defaultdict[str, list[Record]] = defaultdict(list)
    for event in events:
        runs[event.subject].append(event)
    return runs


def _fitting(records: Sequence[Delivered], places: Mapping[int, Place], decoder: Decoder) -> list[Record]:
    """The events of the records up to the first that does not follow its place or is no event."""
    values = _chained(records, places)
    events = decoder.read_all(values)
    for event, record in zip(events, records, strict=False):
        event.partition = record.partition
    return events


def _chained(records: Iterable[Delivered], places: Mapping[int, Place]) -> list[bytes]:
    """The values of the records that follow their place, each the one before it."""
    last = {partition: (b"%d" % place.position, place.position) for partition, place in places.items()}
    partition, digits, number = -1, b"", 0
    values: list[bytes] = []
    for record in records:
        if record.partition != partition:
            last[partition] = digits, number
            partition = record.partition
            digits, number = last[partition]
        try:
            (first, position), (second, after) = record.headers
            # The relay writes a number in one way only: what follows bears the same digits.
            if after != digits or first != "position" or second != "after" or position is None:
                break
            reached, value = int(position), record.value
        except (ValueError, TypeError):
            break
        if reached <= number or value is None:
            break
        digits, number = position, reached
        values.append(value)
    return values


def _fold_runs(
    projection: Projection, concerned: Mapping[str, bool], runs: Mapping[str, Sequence[Record]],
    held: Collection[str], versions: dict[str, int],
) -> bool:  # fmt: skip
    """Fold subject by subject: what is known of one is looked up once, and lies near. Whether all went through."""
    for subject, run in runs.items():
        due = [] if subject in held else [event for event in run if concerned[event.type]]
        if not due:
            continue
        first = versions[subject] + 1
        if [event.version for event in due] != list(range(first, first + len(due))):
            return False
        try:
            projection.apply_run(due)
        except Exception:
            # Whatever it is: event by event it happens again, and is told on the long way.
            return False
        versions[subject] = due[-1].version
    return True


def _fold_in_turn(  # noqa: PLR0917 - what an engine has
    connection: Connection, build: Build, projection: Projection, concerned: Mapping[str, bool],
    events: Sequence[Record], held: Collection[str], versions: dict[str, int],
) -> int:  # fmt: skip
    """How many events went through, in their order, before the first that does not; of that no trace is left."""
    length = _fold(projection, concerned, events, held, versions)
    if length < len(events):
        broken = events[length].subject
        projection.reload(connection, build, broken)
        good = [event for event in events[:length] if event.subject == broken]
        _fold(projection, concerned, good, held, {broken: projection.version_of(broken)})
    return length


def _fold(
    projection: Projection, concerned: Mapping[str, bool], events: Sequence[Record], held: Collection[str],
    versions: dict[str, int],
) -> int:  # fmt: skip
    """How many went through; `versions`, of each subject the last that was folded, go along."""
    apply = projection.apply
    for done, event in enumerate(events):
        subject, version = event.subject, event.version
        if subject in held or not concerned[event.type]:
            continue
        if version != versions[subject] + 1:
            return done
        try:
            apply(event)
        except Exception:
            # Whatever it is: on the long way it happens again, and is told.
            return done
        versions[subject] = version
    return len(events)


def _reached(records: Sequence[Delivered], places: Mapping[int, Place]) -> dict[int, Place]:
    """The place behind the last of these records on each partition."""
    last: dict[int, Delivered] = {}
    for record in reversed(records):
        last.setdefault(record.partition, record)
        if len(last) == len(places):
            break
    return {
        partition: places[partition]._replace(position=int(record.headers[0][1] or 0), next_offset=record.offset + 1)
        for partition, record in last.items()
    }
