"""The streams of a compound file (MS-CFB): what XLS workbooks, and workbooks with a password, are stored in."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from typing import NamedTuple

__all__ = ["SIGNATURE", "BadCompound", "streams"]

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
HEADER = 512
LAST_SECTOR = 0xFFFFFFFA
ENTRY = 128
STREAM, ROOT = 2, 5


class BadCompound(Exception):
    """The bytes contradict themselves: a chain that turns back, or leads out of the file."""


class _Entry(NamedTuple):
    name: str
    kind: int
    start: int
    size: int


class _Sectors:
    """Equal pieces of bytes, and for each the number of the one that follows it."""

    def __init__(self, data: bytes, size: int, offset: int, follow: list[int]) -> None:
        self.data, self.size, self.offset, self.follow = data, size, offset, follow

    def chain(self, start: int) -> bytes:
        """All bytes from a sector on."""
        parts: list[bytes] = []
        number = start
        while number < LAST_SECTOR:
            if number >= len(self.follow) or len(parts) > len(self.follow):
                raise BadCompound
            parts.append(self.sector(number))
            number = self.follow[number]
        return b"".join(parts)

    def sector(self, number: int) -> bytes:
        begin = self.offset + number * self.size
        if begin >= len(self.data):
            raise BadCompound
        return self.data[begin : begin + self.size]


def streams(data: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    """Name to content of the wanted streams that there are; of two with one name, the first."""
    try:
        return _streams(data, wanted)
    except (struct.error, ValueError):
        raise BadCompound from None


def _streams(data: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    directory, _, cutoff, mini_start = struct.unpack_from("<IIII", data, 48)
    if shift not in {9, 12} or mini_shift > shift:
        raise BadCompound
    # Directory, allocation table, small sectors' table, and the list of what does not fit into the header.
    claims = (struct.unpack_from("<I", data, place)[0] for place in (40, 44, 64, 72))
    if any(claim > len(data) >> shift for claim in claims):
        raise BadCompound
    sectors = _sectors(data, 1 << shift)
    entries = list(_entries(sectors.chain(directory)))
    if any(entry.size > len(data) for entry in entries):
        raise BadCompound
    root = next((entry for entry in entries if entry.kind == ROOT), None)
    if root is None:
        raise BadCompound
    mini_follow = _numbers(sectors.chain(mini_start))
    mini = _Sectors(sectors.chain(root.start), 1 << mini_shift, 0, mini_follow)
    found: dict[str, bytes] = {}
    for entry in entries:
        if entry.kind == STREAM and entry.name in wanted and entry.name not in found:
            held = sectors if entry.size >= cutoff else mini
            found[entry.name] = held.chain(entry.start)[: entry.size]
    return found


def _sectors(data: bytes, size: int) -> _Sectors:
    """The sectors with their allocation table, whose own sectors are listed in the header and beyond it."""
    plain = _Sectors(data, size, max(size, HEADER), [])
    listed = list(struct.unpack_from("<109I", data, 76))
    more, count = struct.unpack_from("<II", data, 68)
    for _ in range(count):
        *numbers, more = _numbers(plain.sector(more))
        listed += numbers
    tables = [_numbers(plain.sector(number)) for number in listed if number < LAST_SECTOR]
    plain.follow = [number for table in tables for number in table]
    return plain


def _numbers(table: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4]))


def _entries(directory: bytes) -> Iterator[_Entry]:
    for begin in range(0, len(directory) - ENTRY + 1, ENTRY):
        entry = directory[begin : begin + ENTRY]
        length, kind = struct.unpack_from("<HB", entry, 64)
        start, size = struct.unpack_from("<IQ", entry, 116)
        if kind in {STREAM, ROOT}:
            yield _Entry(entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"), kind, start, size)
