"""What comes of a subject on a business date."""

from __future__ import annotations

from typing import Any, NamedTuple

from services.coverage.domain.timeline import Segment

__all__ = ["Assessed", "Head"]


class Head(NamedTuple):
    """The first columns of every row."""

    subject: str
    part: int
    version: int


class Assessed:
    """A subject on a day: its row (None: there is none), what is counted of it, and the segment that holds."""

    __slots__ = ("counted", "row", "segment")

    def __init__(self, row: tuple[Any, ...] | None, segment: Segment | None) -> None:
        self.row, self.segment = row, segment
        counts = row is not None and segment is not None and segment.key
        self.counted = (segment.unit, segment.key, segment.due) if counts and segment is not None else None
