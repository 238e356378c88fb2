"""XLS workbooks made by hand: the few records (MS-XLS) and the container (MS-CFB) that the reader must understand."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512
CUTOFF = 4096
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
DATE_STYLE = 1


@dataclass(frozen=True)
class Day:
    """A day by its serial number."""

    serial: int


@dataclass(frozen=True)
class Formula:
    """A formula that last gave this number."""

    result: float


@dataclass(frozen=True)
class Fault:
    """The error #N/A."""


XlsCell = str | float | bool | Day | Formula | Fault | None


def write_xls(
    path: Path,
    sheets: dict[str, Sequence[Sequence[XlsCell]]],
    *,
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    encrypted: bool = False,
) -> None:
    """Write sheets of cells; `merged`: first and last row, first and last column, in every sheet."""
    bodies = [_sheet(rows, merged) for rows in sheets.values()]
    places = [0] * len(bodies)
    length = len(_globals(list(sheets), places, hidden, encrypted))
    for index, body in enumerate(bodies):
        places[index] = length
        length += len(body)
    write_compound(path, {"Workbook": _globals(list(sheets), places, hidden, encrypted) + b"".join(bodies)})


def write_compound(path: Path, streams: dict[str, bytes]) -> None:
    """A compound file of streams, each padded to the size from which it has sectors of its own."""
    padded = {name: data.ljust(max(CUTOFF, -(-len(data) // SECTOR) * SECTOR), b"\0") for name, data in streams.items()}
    directory = _entry("Root Entry", 5, END, 0, child=1)
    follow: list[int] = [END]  # the directory itself
    body = b""
    for number, (name, data) in enumerate(padded.items(), 1):
        sibling = number + 1 if number < len(padded) else FREE
        directory += _entry(name, 2, len(follow), len(data), sibling=sibling)
        count = len(data) // SECTOR
        follow += [*range(len(follow) + 1, len(follow) + count), END]
        body += data
    directory = directory.ljust(SECTOR, b"\0")
    per_table = SECTOR // 4
    tables = -(-(len(follow) + 8) // (per_table - 1))
    follow += [TABLE] * tables
    follow += [FREE] * (tables * per_table - len(follow))
    first_table = 1 + len(body) // SECTOR
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, 0, 0, CUTOFF, END, 0, END, 0)
    header += struct.pack("<109I", *[first_table + i if i < tables else FREE for i in range(109)])
    path.write_bytes(header + directory + body + struct.pack(f"<{len(follow)}I", *follow))


def _entry(name: str, kind: int, start: int, size: int, *, child: int = FREE, sibling: int = FREE) -> bytes:
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded) + 2, kind, 1, FREE, sibling, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _globals(names: Sequence[str], places: Sequence[int], hidden: Sequence[str], encrypted: bool) -> bytes:
    book = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if encrypted:
        book += _record(0x002F, bytes(6))
    book += _record(0x0042, struct.pack("<H", 1200))
    for number_format in (0, 14):
        book += _record(0x00E0, struct.pack("<HH16x", 0, number_format))
    for name, place in zip(names, places, strict=True):
        book += _record(
            0x0085, struct.pack("<IBBBB", place, name in hidden, 0, len(name), 1) + name.encode("utf-16-le")
        )
    return book + _record(0x000A)


def _sheet(rows: Sequence[Sequence[XlsCell]], merged: Sequence[tuple[int, int, int, int]]) -> bytes:
    width = max((len(row) for row in rows), default=0)
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet += _cell(row, column, cell)
    if merged:
        sheet += _record(0x00E5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<HHHH", *m) for m in merged))
    return sheet + _record(0x000A)


def _cell(row: int, column: int, cell: XlsCell) -> bytes:
    if cell is None:
        return b""
    kind, content = _content(cell)
    return _record(kind, struct.pack("<HHH", row, column, DATE_STYLE if isinstance(cell, Day) else 0) + content)


def _content(cell: str | float | bool | Day | Formula | Fault) -> tuple[int, bytes]:
    match cell:
        case str():
            return 0x0204, struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
        case bool():
            return 0x0205, struct.pack("<BB", cell, 0)
        case Fault():
            return 0x0205, struct.pack("<BB", 0x2A, 1)
        case Formula(result):
            return 0x0006, struct.pack("<dHIH", result, 0, 0, 3) + b"\x1e\x01\x00"
        case _:
            return 0x0203, struct.pack("<d", cell.serial if isinstance(cell, Day) else cell)
