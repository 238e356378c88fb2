"""What an XLSX sheet's cells are, at the speed of a search: for parts written as all common programs write them.

An expression searches the bytes for cells that hold something; a part that has any cell written otherwise (no place,
a prefix, comments) is walked instead, which takes five times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO
from zipfile import ZipFile

from xianfeng.tabular.cells import Kind
from xianfeng.tabular.marks import Marks
from xianfeng.tabular.xlsx_walk import column_of, walked_marks

__all__ = ["sheet_marks"]

PIECE = 1024 * 1024
LONGEST_CELL_BYTES = 16 * PIECE
HELD = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<[vfi]')
FORMULA = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f')
ERROR = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*\bt="e"[^>]*>\s*<v')
UNCOMMON = (
    b"<!", b"\0", b"<c>", b"<c\n", b"<c\r", b"<c\t", b":c ", b":c>", b":c\n", b":c\r", b":c\t", b"t='e'", b"array",
    b"dataTable",
)  # fmt: skip


class _Irregular(Exception):
    """The part is not written in the common way."""


def sheet_marks(archive: ZipFile, part: str) -> Marks:
    """Formulas, errors and reach of a sheet, in one pass over its part, or two if it is written uncommonly."""
    try:
        with archive.open(part) as stream:
            return _searched_marks(stream)
    except _Irregular:
        with archive.open(part) as stream:
            return walked_marks(stream)


def _searched_marks(stream: IO[bytes]) -> Marks:
    marks = Marks()
    for text in _between_cells(stream):
        if text.count(b"<c ") != text.count(b'<c r="') or any(sign in text for sign in UNCOMMON):
            raise _Irregular
        _note_reach(marks, HELD.findall(text))
        if b"<f" in text:
            _note(marks, FORMULA.findall(text), Kind.FORMULA)
        if b't="e"' in text:
            _note(marks, ERROR.findall(text), Kind.ERROR)
    return marks


def _note_reach(marks: Marks, held: list[tuple[bytes, bytes]]) -> None:
    if held:
        rows = {int(row) for _, row in held}
        columns = {column_of(name.decode()) for name in {name for name, _ in held}}
        marks.rows += len(rows - {marks.last_row})
        marks.last_row = max(marks.last_row, *rows)
        marks.last_column = max(marks.last_column, *columns)


def _note(marks: Marks, cells: list[tuple[bytes, bytes]], kind: Kind) -> None:
    for name, row in cells:
        marks.mark(int(row), column_of(name.decode()), kind)


def _between_cells(stream: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that end where a cell begins."""
    kept = b""
    while piece := stream.read(PIECE):
        kept += piece
        end = kept.rfind(b"<c ")
        if end > 0:
            yield kept[:end]
            kept = kept[end:]
        elif len(kept) > LONGEST_CELL_BYTES:
            raise _Irregular
    yield kept
