"""Workbooks: which sheet is taken, and its rows.

The sheet that is taken is held in memory (some 50 bytes a cell); texts are streamed instead, see `text_rows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import python_calamine as calamine

from xianfeng.tabular.cells import Row
from xianfeng.tabular.errors import Unreadable
from xianfeng.tabular.formats import Format
from xianfeng.tabular.limits import MOST_CELLS, MOST_ROWS
from xianfeng.tabular.marks import Marks, Span
from xianfeng.tabular.stored import BROKEN, Stored, XlsFile, XlsxFile, is_panic
from xianfeng.tabular.values import row_of

__all__ = ["OpenSheet", "open_sheet"]


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """One sheet, its values and what they are; `others`: visible sheets with content that were not taken."""

    name: str
    others: tuple[str, ...]
    merged: tuple[Span, ...]
    marks: Marks
    sheet: calamine.CalamineSheet

    def rows(self) -> Iterator[Row]:
        """Rows that are not blank, by their number in the sheet."""
        offset = self.sheet.start[1] if self.sheet.start else 0
        for number, values in enumerate(self.sheet.iter_rows(), 1):
            row = row_of(number, offset, values, self.marks.of(number))
            if row is not None:
                yield row


def open_sheet(path: Path, form: Format, wanted: str | None) -> OpenSheet:
    """Open the wanted sheet, or else the first visible one that has content."""
    try:
        return _open(path, form, wanted)
    except Unreadable:
        raise
    except calamine.PasswordError:
        raise Unreadable("password", path=path) from None
    except BROKEN:
        raise Unreadable("corrupt", path=path) from None
    except BaseException as fault:
        if is_panic(fault):
            raise Unreadable("corrupt", path=path) from None
        raise


def _open(path: Path, form: Format, wanted: str | None) -> OpenSheet:
    with XlsxFile(path) if form is Format.XLSX else XlsFile(path) as stored, calamine.load_workbook(path) as book:
        name, others = _choice(path, book, stored, wanted)
        marks = stored.marks(book.sheet_names.index(name), name)
        _check_reach(name, marks)
        sheet = book.get_sheet_by_name(name)
        # A value that the reader cannot take must end it here, not after half the rows are used.
        for _ in sheet.iter_rows():
            pass
        spans = sheet.merged_cell_ranges or ()
        merged = tuple(Span(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in spans)
        return OpenSheet(name, others, merged, marks, sheet)


def _choice(
    path: Path, book: calamine.CalamineWorkbook, stored: Stored, wanted: str | None
) -> tuple[str, tuple[str, ...]]:
    """The sheet to take, and the visible ones with content besides it."""
    sheets = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
    visible = [meta.name for meta in sheets if meta.visible == calamine.SheetVisibleEnum.Visible]
    filled = [name for name in visible if stored.has_values(book.sheet_names.index(name), name)]
    if wanted is None and not filled:
        raise Unreadable("empty", path=path)
    if wanted is not None and wanted not in {meta.name for meta in sheets}:
        raise Unreadable("no-such-sheet", sheet=wanted, sheets="、".join(visible))
    name = filled[0] if wanted is None else wanted
    return name, tuple(other for other in filled if other != name)


def _check_reach(name: str, marks: Marks) -> None:
    """Two values in opposite corners make a rectangle that no memory holds."""
    if marks.rows > MOST_ROWS:
        raise Unreadable("too-many-rows", rows=marks.rows, most=MOST_ROWS)
    columns = marks.last_column + 1
    if marks.last_row * columns > MOST_CELLS:
        raise Unreadable("too-many-cells", sheet=name, rows=marks.last_row, columns=columns, most=MOST_CELLS)
