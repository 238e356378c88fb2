"""A record as the bus delivers it, whoever read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["Delivered"]


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
