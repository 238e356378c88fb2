"""A record as the bus delivers it, whoever read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Protocol

__all__ = ["Delivered", "partitions_of"]

_partition = attrgetter("partition")


class Delivered(Protocol):
    """Of a record, what is looked at; a `value` of None is a tombstone. `timestamp` is in milliseconds."""

    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...


def partitions_of(records: Iterable[Delivered]) -> set[int]:
    """The partitions that any of these are of."""
    return set(map(_partition, records))
