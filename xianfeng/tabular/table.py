"""Opening a file as a table: what it is, whether it can be taken, and its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from xianfeng.tabular.cells import Row
from xianfeng.tabular.delimiters import delimiter_of
from xianfeng.tabular.encodings import encoding_of, mark_of
from xianfeng.tabular.errors import read_fault
from xianfeng.tabular.formats import Format, format_of, opening
from xianfeng.tabular.marks import Span
from xianfeng.tabular.text_rows import text_rows
from xianfeng.tabular.text_size import checked_size
from xianfeng.tabular.workbooks import OpenSheet, open_sheet

__all__ = ["Table", "digest", "open_table"]

SNIFFED_LINES = 20


@dataclass(slots=True)
class Table:
    """A file's rows. `lines` bounds them from above; `sheet` and `other_sheets` are those of a workbook."""

    path: Path
    format: Format
    lines: int
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    merged: tuple[Span, ...] = ()
    _opened: OpenSheet | None = None
    _damaged: bool = False

    def rows(self) -> Iterator[Row]:
        """The rows that are not blank, from the first on at each call."""
        if self._opened is not None:
            return self._opened.rows()
        return text_rows(self._text, self.delimiter or ",", self._damaged)

    def _text(self) -> TextIO:
        errors = "replace" if self._damaged else "strict"
        return self.path.open(encoding=self.encoding, errors=errors, newline="")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._opened = None


def open_table(path: str | Path, *, sheet: str | None = None) -> Table:
    """Check a CSV, XLSX or XLS file and open it; `sheet` names one of a workbook's.

    The format is told from the content, not from the name. Raises Unreadable before any row is handed out.
    """
    place = Path(path)
    head = opening(place)
    try:
        form = format_of(place, head)
        return _text_table(place, head) if form is Format.CSV else _workbook_table(place, form, sheet)
    except OSError as fault:
        raise read_fault(place, fault) from None


def _text_table(path: Path, head: bytes) -> Table:
    lines = head.decode(mark_of(path) or "latin-1", "replace").splitlines()
    delimiter = delimiter_of([line for line in lines if line.strip()][:SNIFFED_LINES])
    size = checked_size(path, delimiter)
    encoding = encoding_of(path)
    marred = encoding.damaged or size.marred
    return Table(path, Format.CSV, size.lines, encoding.name, delimiter, _damaged=marred)


def _workbook_table(path: Path, form: Format, sheet: str | None) -> Table:
    opened = open_sheet(path, form, sheet)
    return Table(
        path, form, opened.marks.rows, sheet=opened.name, other_sheets=opened.others, merged=opened.merged,
        _opened=opened,
    )  # fmt: skip


def digest(path: str | Path) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal: the same file again has the same."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
