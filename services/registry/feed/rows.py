"""One enterprise as a registry has it, in our own words: the columns that are kept, and nothing of persons."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import msgspec

__all__ = ["KEPT", "Gone", "RegistryRow", "pack", "unpack"]


class RegistryRow(NamedTuple):
    """A row of an export. `number`: as the user's program shows it. Empty texts are not stated.

    `status` is one of the seven registry statuses; `word` is the registry's own word when that is not known to us
    (then the status is `unknown`). `founded` is an ISO day. `province` and `area` help to place the address.
    """

    number: int
    code: str
    name: str
    status: str = "active"
    word: str = ""
    kind: str = ""
    parent_code: str = ""
    founded: str = ""
    authority: str = ""
    address: str = ""
    industry_code: str = ""
    province: str = ""
    area: str = ""

    def columns(self) -> dict[str, str]:
        """The columns that are stated, by name; `of` makes the row again."""
        return {name: value for name, value in zip(KEPT, self[1:], strict=True) if value}

    @classmethod
    def of(cls, columns: Mapping[str, str], number: int = 0) -> RegistryRow:
        """The row of these columns. Raises TypeError for a column that is not kept, or without code and name."""
        return cls(number, **columns)

    @property
    def digest(self) -> bytes:
        """16 bytes that are equal only for rows that say the same, wherever in a file they stand."""
        return hashlib.blake2b("\x1f".join(self[1:]).encode(), digest_size=16).digest()


KEPT = RegistryRow._fields[1:]
"""The columns of an export that are kept: what a digest covers."""


class Gone(NamedTuple):
    """A status alone, from a day on: by default a deletion, the registry says that the enterprise is gone."""

    code: str
    day: date
    status: str = "deregistered"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[str, ...])


def pack(row: RegistryRow) -> bytes:
    """The kept columns as bytes for the staging table."""
    return _encoder.encode(row[1:])


def unpack(number: int, packed: bytes) -> RegistryRow:
    """The row that `pack` packed."""
    return RegistryRow(number, *_decoder.decode(packed))
