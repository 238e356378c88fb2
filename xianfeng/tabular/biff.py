"""The records of an XLS workbook (MS-XLS) that tell passwords, sheets, formulas and errors."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from xianfeng.tabular.cells import Kind
from xianfeng.tabular.marks import Marks, Span

__all__ = ["BadRecords", "has_password", "sheet_marks", "sheet_places"]

BOF, EOF, FILEPASS, BOUNDSHEET, STRINGS, DIMENSIONS = 0x0809, 0x000A, 0x002F, 0x0085, 0x00FC, 0x0200
FORMULA, ARRAY, BOOLERR = 0x0006, 0x0221, 0x0205
# NUMBER, LABEL, LABELSST, RK, MULRK, RSTRING, and those above that hold a cell
CELLS = frozenset({0x0203, 0x0204, 0x00FD, 0x027E, 0x00BD, 0x00D6, FORMULA, BOOLERR})
MULRK = 0x00BD
MOST_ROWS, MOST_COLUMNS = 65_536, 256
"""What the format holds. The value reader makes room for what a file claims, so no claim may exceed it."""


CLAIMS = {10: "<HHHH", 14: "<IIHH"}
"""How a sheet's reach is stated, by the record's size: it grew with the format."""


class BadRecords(Exception):
    """The stream ends within a record, a sheet begins outside it, or a record claims more than can be."""


class _Record(NamedTuple):
    kind: int
    body: int
    size: int


def has_password(book: bytes) -> bool:
    """Whether the workbook's own records, those before its first sheet, are encrypted."""
    return any(record.kind == FILEPASS for record in _records(book, 0))


def sheet_places(book: bytes) -> list[int]:
    """Where in the stream each sheet begins, in the workbook's order."""
    places: list[int] = []
    for kind, body, size in _records(book, 0):
        if kind == BOUNDSHEET and size >= 4:
            places += struct.unpack_from("<I", book, body)
        elif kind == STRINGS and size >= 8 and struct.unpack_from("<I", book, body + 4)[0] > len(book):
            raise BadRecords
    return places


def sheet_marks(book: bytes, place: int) -> Marks:
    """Formulas, errors and reach of the sheet that begins there."""
    marks = Marks()
    for kind, body, size in _records(book, place):
        if kind == ARRAY and size >= 6:
            first, last, left, right = struct.unpack_from("<HHBB", book, body)
            marks.arrays.append(Span(first + 1, left, last + 1, right))
        elif kind == DIMENSIONS and size in CLAIMS:
            _check_claim(struct.unpack_from(CLAIMS[size], book, body))
        elif kind in CELLS and size >= 4:
            row, column = struct.unpack_from("<HH", book, body)
            _mark_cell(marks, book, _Record(kind, body, size), row + 1, column)
    return marks


def _check_claim(claim: tuple[int, int, int, int]) -> None:
    """First row, row after the last, and the same of columns."""
    top, below, left, beyond = claim
    if not (top <= below <= MOST_ROWS and left <= beyond <= MOST_COLUMNS):
        raise BadRecords


def _mark_cell(marks: Marks, book: bytes, record: _Record, row: int, column: int) -> None:
    last = struct.unpack_from("<H", book, record.body + record.size - 2)[0] if record.kind == MULRK else column
    if max(column, last) >= MOST_COLUMNS:
        raise BadRecords
    marks.value_at(row, max(column, last))
    if record.kind == FORMULA:
        marks.mark(row, column, Kind.FORMULA)
    elif record.kind == BOOLERR and record.size >= 8 and book[record.body + 7]:
        marks.mark(row, column, Kind.ERROR)


def _records(book: bytes, place: int) -> Iterator[_Record]:
    """The records from a beginning to its end, those of charts within it left out."""
    depth = 0
    while True:
        if place + 4 > len(book):
            raise BadRecords
        kind, size = struct.unpack_from("<HH", book, place)
        if place + 4 + size > len(book):
            raise BadRecords
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield _Record(kind, place + 4, size)
        place += 4 + size
