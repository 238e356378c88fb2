"""The way of nearly all records: each fits the one before it, is an event, and is the next of its subject.

Such a stretch is folded in one quick loop. It ends before the first record that is anything else; that one, and what
comes behind it in the batch, is sorted by the rule (`intake`) and folded record by record (`fold`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg

from xianfeng.bus.decoder import Decoder
from xianfeng.bus.delivered import Delivered
from xianfeng.bus.place import Place
from xianfeng.bus.projection import Build, Projection, Record
from xianfeng.event import UnknownType

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
    events = _fitting(records, places, decoder.read)
    homes = {event.subject: event.partition for event in events}
    projection.load(connection, build, homes.keys())
    before = {subject: projection.version_of(subject) for subject in homes}
    after = before.copy()
    length = _fold(projection, decoder.concerned, events, held, after)
    if length < len(events):
        broken = events[length].subject
        projection.reload(connection, build, broken)
        good = [event for event in events[:length] if event.subject == broken]
        _fold(projection, decoder.concerned, good, held, {broken: projection.version_of(broken)})
    touched: defaultdict[int, set[str]] = defaultdict(set)
    for subject, partition in homes.items():
        if after[subject] != before[subject]:
            touched[partition].add(subject)
    return Stretch(length, touched, _reached(records[:length], places))


def _fitting(
    records: Sequence[Delivered], places: Mapping[int, Place], decode: Callable[[bytes, int], Record]
) -> list[Record]:
    """The events of the records up to the first that does not follow its place or is no event."""
    events: list[Record] = []
    last = {partition: (b"%d" % place.position, place.position) for partition, place in places.items()}
    for record in records:
        partition = record.partition
        digits, number = last[partition]
        try:
            (first, position), (second, after) = record.headers
            # The relay writes a number in one way only: what follows bears the same digits.
            if after != digits or first != "position" or second != "after" or position is None or record.value is None:
                break
            if (reached := int(position)) <= number:
                break
            events.append(decode(record.value, partition))
        except (ValueError, TypeError, UnknownType, msgspec.MsgspecError):
            break
        last[partition] = position, reached
    return events


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
    last = {record.partition: record for record in records}
    return {
        partition: places[partition]._replace(position=int(record.headers[0][1] or 0), next_offset=record.offset + 1)
        for partition, record in last.items()
    }
