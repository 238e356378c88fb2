"""The one rule: which records of a batch are taken, skipped, foreign, or show a hole. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import msgspec

from xianfeng.bus.delivered import Delivered
from xianfeng.bus.headers import chain_of
from xianfeng.bus.place import Place
from xianfeng.event import Head, decode_head
from xianfeng.words import say

__all__ = ["Coordinates", "Entry", "Foreign", "Intake", "coordinates", "take"]


class Coordinates(NamedTuple):
    """What names one record on a topic for ever: an offset comes again when the topic is made anew."""

    partition: int
    offset: int
    timestamp: int


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A record that carries the relay's headers. `head` is None when its bytes are no event; `error` says why."""

    record: Delivered
    position: int
    head: Head | None
    error: str

    @property
    def subject(self) -> str:
        return self.head.subject if self.head else key_of(self.record)


class Foreign(NamedTuple):
    """A record that is not the store's; it moves no place."""

    record: Delivered
    detail: str


@dataclass
class Intake:
    """A batch, sorted. `reached` holds the new place of every partition that moved."""

    taken: list[Entry] = field(default_factory=list)
    foreign: list[Foreign] = field(default_factory=list)
    suspects: list[Entry] = field(default_factory=list)
    """Skipped records of a type that nobody knows: foreign, unless the store has them."""
    behind: dict[int, Entry] = field(default_factory=dict)
    """The first record behind a hole, by partition."""
    reached: dict[int, Place] = field(default_factory=dict)


def coordinates(record: Delivered) -> Coordinates:
    return Coordinates(record.partition, record.offset, record.timestamp)


def key_of(record: Delivered) -> str:
    return bytes(record.key or b"").decode("utf-8", "replace")[:100]


def take(
    records: Iterable[Delivered],
    places: Mapping[int, Place],
    known_foreign: Mapping[Coordinates, str],
    types: Container[str],
) -> Intake:
    """Sort a batch by the rule.

    At or before the place: skipped. `after` equals the place: taken. Anything else is a hole, and nothing behind it
    moves the place until a record fits again.
    """
    result = Intake()
    position = {partition: place.position for partition, place in places.items()}
    offset: dict[int, int] = {}
    behind, taken = result.behind, result.taken
    for record in records:
        partition = record.partition
        chain = chain_of(record.headers)
        entry = _entry(record, chain, known_foreign)
        # A foreign record has no chain that counts.
        if chain is None or isinstance(entry, Foreign):
            result.foreign.append(cast(Foreign, entry))
        elif chain[0] <= position[partition]:
            _skip(entry, result, types)
        elif chain[1] == position[partition]:
            taken.append(entry)
            behind.pop(partition, None)
            position[partition] = chain[0]
        elif entry.head is None:
            result.foreign.append(Foreign(record, entry.error))
        else:
            behind.setdefault(partition, entry)
        if not behind or partition not in behind:
            offset[partition] = record.offset + 1
    for partition, reached in offset.items():
        result.reached[partition] = places[partition]._replace(position=position[partition], next_offset=reached)
    return result


def _entry(
    record: Delivered,
    chain: tuple[int, int] | None,
    known_foreign: Mapping[Coordinates, str],
) -> Entry | Foreign:
    if chain is None:
        return Foreign(record, say("bus.no-headers"))
    if record.value is None:
        return Foreign(record, say("bus.tombstone"))
    if known_foreign and (detail := known_foreign.get(coordinates(record))) is not None:
        return Foreign(record, detail)
    try:
        return Entry(record, chain[0], decode_head(record.value), "")
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Entry(record, chain[0], None, say("bus.not-an-event", error=error))


def _skip(entry: Entry, result: Intake, types: Container[str]) -> None:
    if entry.head is None:
        result.foreign.append(Foreign(entry.record, entry.error))
    elif entry.head.type not in types:
        result.suspects.append(entry)
