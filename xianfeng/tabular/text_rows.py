"""Rows of a text file, streamed; a quotation mark that is never closed costs its own row only."""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice
from typing import TextIO

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
    """A file's lines from a place on; `dry` once more were asked for than there are."""

    def __init__(self, file: TextIO, skip: int) -> None:
        self.file = file
        self.skip = skip
        self.dry = False

    def __iter__(self) -> Iterator[str]:
        yield from islice(self.file, self.skip, None)
        self.dry = True


def _records(opened: Callable[[], TextIO], delimiter: str) -> Iterator[tuple[list[str], bool]]:
    """The cells of each record, and whether the last of them opened a quotation mark that is never closed.

    Of such a record only the first line is taken; what follows is read anew, so that nothing is swallowed.
    """
    csv.field_size_limit(LARGEST_FIELD)
    skip = 0
    while (broken := (yield from _closed(opened, delimiter, skip))) is not None:
        with opened() as file:
            yield _first_line(next(islice(file, broken, None)), delimiter)
        skip = broken + 1


def _closed(
    opened: Callable[[], TextIO], delimiter: str, skip: int
) -> Generator[tuple[list[str], bool], None, int | None]:
    """Records until one that is never closed; the place of its first line, or None at the end of the file."""
    with opened() as file:
        lines = _Lines(file, skip)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            begins = skip + reader.line_num
            try:
                cells = next(reader)
            except StopIteration:
                return None
            except csv.Error:
                return begins
            if lines.dry:
                return begins
            yield cells, False


def _first_line(line: str, delimiter: str) -> tuple[list[str], bool]:
    bare = line.rstrip("\r\n")
    try:
        return next(csv.reader([bare], delimiter=delimiter)), True
    except csv.Error:
        # One line beyond any cell: without marks, so that the cell too long is found and named.
        return bare.split(delimiter), False
