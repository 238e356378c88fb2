"""Rows of a text file, streamed; a quotation mark that is never closed costs its own row only."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Self, TextIO

from xianfeng.tabular.cells import CUT, LONGEST_CELL, Kind, Row
from xianfeng.tabular.limits import LARGEST_FIELD

__all__ = ["text_rows"]

LOST = "\ufffd"
NUL = "\0"


def text_rows(opened: Callable[[], TextIO], delimiter: str, marred: bool) -> Iterator[Row]:
    """Rows that are not blank, numbered as a spreadsheet program shows them.

    `marred`: look for NULs and characters that were lost; where there are none it would only cost time.
    """
    for number, (cells, unclosed) in enumerate(_records(opened, delimiter), 1):
        if not any(map(str.strip, cells)):
            continue
        if unclosed or marred or max(map(len, cells)) > LONGEST_CELL:
            yield _faulty(number, cells, unclosed)
        else:
            yield Row(number, tuple(cells))


def _faulty(number: int, cells: Sequence[str], unclosed: bool) -> Row:
    kinds = {len(cells) - 1: Kind.UNCLOSED} if unclosed else {}
    texts: list[str] = []
    for index, text in enumerate(cells):
        if len(text) > LONGEST_CELL:
            kinds[index] = Kind.TOO_LONG
        elif LOST in text or NUL in text:
            kinds.setdefault(index, Kind.DAMAGED)
        texts.append((text if len(text) <= LONGEST_CELL else text[:CUT]).replace(NUL, ""))
    return Row(number, tuple(texts), kinds)


class _Lines:
    """A file's lines; those `taken` since a record began can be given back and come again."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.taken: list[str] = []
        self.waiting: deque[str] = deque()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.file)
        self.taken.append(line)
        return line

    def give_back_all_but_one(self) -> str:
        """Return the first line taken; the others are read again."""
        first, *others = self.taken
        self.waiting.extendleft(reversed(others))
        return first


def _records(opened: Callable[[], TextIO], delimiter: str) -> Iterator[tuple[list[str], bool]]:
    """The cells of each record, and whether the last of them opened a quotation mark that is not closed.

    Of a record whose marks do not fit only the first line is taken, and the next are read anew: a stray mark must not
    swallow rows until some later mark happens to close it.
    """
    csv.field_size_limit(LARGEST_FIELD)
    with opened() as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            lines.taken.clear()
            try:
                yield next(reader), False
            except StopIteration:
                return
            except csv.Error:
                yield _one_line(lines.give_back_all_but_one().rstrip("\r\n"), delimiter)


def _one_line(line: str, delimiter: str) -> tuple[list[str], bool]:
    """The cells of a line by itself; marks within a cell are taken as they stand."""
    closing = iter(['"'])
    try:
        cells = next(csv.reader(chain([line], closing), delimiter=delimiter))
    except csv.Error:
        # Beyond any cell: without marks, so that the cell too long is found and named.
        return line.split(delimiter), False
    return cells, next(closing, None) is None
