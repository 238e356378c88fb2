"""A source's line in our terms: a record, a fault, a heartbeat, or the beginning or end of a snapshot.

{"resource_id": CODE, "data": {COLUMN: VALUE, …}, "event": {"timepoint": 7, "published_at": …, "type": "changed"}}
{"resource_id": CODE, "event": {"timepoint": 8, "published_at": …, "type": "deleted"}}
{"snapshot": {"timepoint": 9, "published_at": …}}   …records, "event" only of deleted ones…   {"end": {"records": 2}}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, NamedTuple

import msgspec

from services.registry.live.records import Fault, Record
from xianfeng.clock import day_of
from xianfeng.words import say

__all__ = ["Beginning", "End", "Heartbeat", "Item", "Kept", "LineReader", "Normalise"]


class Kept(NamedTuple):
    """What is kept of a record's columns: by our names, normalised, and the hash over them."""

    code: str
    columns: Mapping[str, str]
    hash: bytes


Normalise = Callable[[Mapping[str, str]], Kept | tuple[str, str]]
"""The columns as the source names them; what is kept, or the field that is wrong and why. Persons are not read."""


class Heartbeat(NamedTuple):
    """Nothing new, and the source lives."""


class Beginning(NamedTuple):
    """Of a snapshot: the source's newest cursor, and the day, when it was taken."""

    cursor: int
    day: date


class End(NamedTuple):
    """Of a snapshot: how many records it has."""

    records: int


Item = Record | Fault | Heartbeat | Beginning | End


_CODE = re.compile(r"[0-9A-Z]{18}")
_Number = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class _Event(msgspec.Struct):
    timepoint: _Number = 0
    published_at: str = ""
    type: str = "changed"


class _End(msgspec.Struct):
    records: _Number


class _Line(msgspec.Struct):
    resource_id: str = ""
    data: dict[str, str | int | float | None] = {}
    event: _Event | None = None
    snapshot: _Event | None = None
    end: _End | None = None


_decoder = msgspec.json.Decoder(_Line)


class LineReader:
    """Reads the lines of one connection in their order. A line that is nonsense is a fault at the cursor before it."""

    def __init__(self, normalise: Normalise, after: int = 0) -> None:
        self._normalise = normalise
        self._cursor = after
        self._day: date | None = None

    def read(self, line: bytes) -> Item:
        """What the line says."""
        if not line.strip():
            return Heartbeat()
        try:
            return self._item(_decoder.decode(line))
        except (msgspec.DecodeError, ValueError):
            return self._fault("", say("live.field.line"), say("live.fault.line"))

    def _item(self, line: _Line) -> Item:
        if line.end is not None:
            return End(line.end.records)
        if line.snapshot is not None:
            self._cursor, self._day = line.snapshot.timepoint, _day(line.snapshot.published_at)
            return Beginning(self._cursor, self._day)
        event = line.event or _Event()
        if self._day is None:
            if event.timepoint < 1:
                return self._fault(line.resource_id, say("live.field.cursor"), say("live.fault.no-cursor"))
            self._cursor = event.timepoint
        day = _day(event.published_at) if event.published_at or self._day is None else self._day
        return self._deleted(line, day) if event.type == "deleted" else self._changed(line, day)

    def _deleted(self, line: _Line, day: date) -> Item:
        if not _CODE.fullmatch(line.resource_id):
            return self._fault(line.resource_id, say("live.field.code"), say("live.fault.code"))
        return Record(self._cursor, line.resource_id, {}, b"", day, gone=True)

    def _changed(self, line: _Line, day: date) -> Item:
        kept = self._normalise({name: str(value) for name, value in line.data.items() if value is not None})
        if not isinstance(kept, Kept):
            return self._fault(line.resource_id, *kept)
        if kept.code != line.resource_id:
            return self._fault(line.resource_id, say("live.field.code"), say("live.fault.other-code"))
        return Record(self._cursor, kept.code, kept.columns, kept.hash, day)

    def _fault(self, code: str, field: str, reason: str) -> Fault:
        # What is no code is not repeated: it may be anything.
        return Fault(self._cursor, code if _CODE.fullmatch(code) else "", field, reason)


def _day(text: str) -> date:
    """The day of an ISO day or instant, in Asia/Shanghai. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return instant.date() if instant.tzinfo is None else day_of(instant)
