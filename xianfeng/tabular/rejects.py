"""The rows that could not be taken, in a file like the input with what is wrong and what to do beside each."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from xianfeng.tabular.cells import Row
from xianfeng.tabular.reject import Reject
from xianfeng.tabular.sheets import ChoiceLists, Column, Sheet, SheetWriter, new_workbook
from xianfeng.tabular.whole import whole
from xianfeng.words import say

__all__ = ["RejectsWriter"]

CSV_ENDING = ".csv"
# A spreadsheet program takes a text that starts with one of these for a formula, or skips to what follows.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
WIDE = 36.0


class RejectsWriter:
    """Writes CSV or XLSX by the path's ending; as a context manager, whole or not at all. Raises Unwritable.

    One line a rejected row, the input's columns first, so that it can be corrected and imported again. Columns in
    `without`, by index, are left out altogether: those about people.
    """

    def __init__(self, path: str | Path, header: Sequence[str], *, without: Collection[int] = ()) -> None:
        self.path = Path(path)
        self.kept = [index for index in range(len(header)) if index not in without]
        self.names = [header[index] for index in self.kept]
        self.count = 0
        self._open = ExitStack()
        self._lines: _Lines | None = None

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            unfinished = opening.enter_context(whole(self.path))
            lines = _CsvLines if self.path.suffix.lower() == CSV_ENDING else _SheetLines
            self._lines = lines(opening, unfinished, self.names)
            self._open = opening.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        if kind is None and self._lines is not None:
            self._lines.finish()
        self._open.__exit__(kind, fault, at)

    def add(self, row: Row, rejects: Sequence[Reject]) -> None:
        """Write a row with its faults, several of them one below the other in the same cells."""
        if self._lines is None:
            raise ValueError("rows are added within the writer's block")
        told = ["\n".join(parts) for parts in zip(*rejects, strict=True)] if rejects else [""] * len(Reject._fields)
        self._lines.add([*(row.cell(index) for index in self.kept), str(row.number), *told])
        self.count += 1

    def beside(self, sheet: Sheet) -> None:
        """Write what else a person has to fill in; a CSV file has no room for it. No row may be added afterwards."""
        if self._lines is None:
            raise ValueError("sheets are added within the writer's block")
        self._lines.beside(sheet)


class _Lines(Protocol):
    def beside(self, sheet: Sheet) -> None:
        """Write another sheet, where there is room for one."""

    def add(self, line: Sequence[str]) -> None:
        """Write one line."""

    def finish(self) -> None:
        """All lines are written."""


class _CsvLines:
    """UTF-8 with its mark, which spreadsheet programs need to recognise it."""

    def __init__(self, opening: ExitStack, path: Path, names: Sequence[str]) -> None:
        file = opening.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
        self.writer = csv.writer(file)
        self.add([*names, *_told()])

    def add(self, line: Sequence[str]) -> None:
        self.writer.writerow(["'" + text if text.startswith(DANGEROUS) else text for text in line])

    def beside(self, sheet: Sheet) -> None:
        """There is no room."""

    def finish(self) -> None:
        """Nothing is left to do."""


class _SheetLines:
    """One sheet of text cells."""

    def __init__(self, opening: ExitStack, path: Path, names: Sequence[str]) -> None:
        book = opening.enter_context(new_workbook(path))
        told = [Column(name, width) for name, width in zip(_told(), (8.0, 16.0, 24.0, WIDE, WIDE), strict=True)]
        columns = [*(Column(name) for name in names), *told]
        self.book = book
        self.writer = SheetWriter(book, Sheet(say("tabular.rejects.sheet"), columns, ()), ChoiceLists(book))

    def add(self, line: Sequence[str]) -> None:
        self.writer.add(line)

    def beside(self, sheet: Sheet) -> None:
        writer = SheetWriter(self.book, sheet, self.writer.lists)
        for row in sheet.rows:
            writer.add(row)
        writer.finish()

    def finish(self) -> None:
        self.writer.finish()


def _told() -> list[str]:
    """The headings of what is said of a row: its number, then the parts of a reject."""
    return [say(f"tabular.rejects.{part}") for part in ("row", *Reject._fields)]
