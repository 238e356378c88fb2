"""What a projection is to the bus: a fold with rows of its own, run by `xianfeng.bus.consumer`.

The consumer decides everything about order and place: duplicates, holes, gaps, foreign records, the fence and
the business date never reach a projection. All methods run on one worker thread, one batch at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Protocol

import msgspec
import psycopg

from xianfeng.event import Catalogue

__all__ = ["Build", "Projection", "Record"]


class Build(msgspec.Struct, frozen=True):
    """One build of a projection; its tables bear the number.

    `building`: not caught up yet on the partition at hand, `assess` follows. `announcing`: the build in service.
    A partition that has caught up before its build takes over is neither.
    """

    projection: str
    version: int
    number: int
    building: bool
    announcing: bool


class Record(msgspec.Struct, gc=False):
    """One event as a projection sees it; `data` is a struct with the fields of the event's pydantic model.

    `data` is None for a type that the projection does not fold: only the subject's version moves.
    """

    partition: int
    subject: str
    version: int
    type: str
    effective: date
    data: Any
    id: str
    correlation: str = ""


class Projection(Protocol):
    """One instance serves one build: its memory is that build's."""

    name: str
    version: int
    topic: str
    catalogue: Catalogue
    types: frozenset[str]
    """The types that are folded, at their newest version. Families (the text before the first dot) that do not
    occur here never reach the projection; of a family's other types only the subject's version counts."""

    announces: bool
    """Whether the serving build records events of its own: they must be on disk before anybody can read them."""
    gather: float
    """Seconds for which the bus may gather records before it hands them over: 0 where people watch."""

    def create(self, conn: psycopg.Connection[Any], build: Build) -> None:
        """Make this build's tables."""
        ...

    def drop(self, conn: psycopg.Connection[Any], build: Build) -> None: ...

    def load(self, conn: psycopg.Connection[Any], build: Build, subjects: Collection[str]) -> None:
        """Bring the present state of these subjects to memory, unless it is there."""
        ...

    def version_of(self, subject: str) -> int:
        """The last version folded for a loaded subject; 0 when it is new."""
        ...

    def apply(self, record: Record) -> None:
        """Fold one record into memory. An exception holds this subject alone; see `reload`."""
        ...

    def apply_run(self, records: Sequence[Record]) -> None:
        """Fold records of one subject that follow each other; as `apply` of each, but faster."""
        ...

    def reload(self, conn: psycopg.Connection[Any], build: Build, subject: str) -> None:
        """Forget what was folded for this subject since the last write, and load it again."""
        ...

    def write(self, conn: psycopg.Connection[Any], build: Build, day: date, subjects: Collection[str]) -> None:
        """Write the touched subjects of all partitions at business date `day`, in the batch's transaction.

        While building only what a later `assess` needs has to be written.
        """
        ...

    def assess(self, conn: psycopg.Connection[Any], build: Build, partition: int, day: date) -> None:
        """A build has caught up on this partition: derive what `write` left out. Idempotent."""
        ...

    def advance(self, conn: psycopg.Connection[Any], build: Build, partition: int, day: date) -> None:
        """The business date of this partition becomes `day` (one later than before), without an event.

        Not called while building: `assess` is given the day.
        """
        ...

    def announce(self, conn: psycopg.Connection[Any], build: Build, partitions: Sequence[int]) -> None:
        """This build takes over: tell the differences from what was told last."""
        ...

    def forget(self, partitions: Collection[int] | None = None) -> None:
        """Drop what memory holds of these partitions (all): another instance was here, or they were revoked."""
        ...
