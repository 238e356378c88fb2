"""What an XLSX sheet's cells are, told element by element: slow, and right for every way to write the part."""

from __future__ import annotations

import re
from typing import IO

from xianfeng.tabular.cells import Kind
from xianfeng.tabular.marks import Marks, Span
from xianfeng.tabular.xlsx import ROUND_THE_CELL
from xianfeng.tabular.xml_events import read_elements

__all__ = ["column_of", "walked_marks"]

PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def walked_marks(stream: IO[bytes]) -> Marks:
    """The marks of any sheet's part, element by element; cells without a place follow each other."""
    walk = _Walk()
    read_elements(stream, walk.begun)
    return walk.marks


class _Walk:
    """Where the reading stands in a sheet: the row by its number, the column by its index."""

    def __init__(self) -> None:
        self.marks = Marks()
        self.row = 0
        self.column = -1
        self.error = False

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell(attributes)
        elif name in ROUND_THE_CELL:
            self.marks.value_at(self.row, self.column)
            if self.error:
                self.marks.mark(self.row, self.column, Kind.ERROR)
        elif name == "f":
            self._formula(attributes)
        elif name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1

    def _cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self.error = attributes.get("t") == "e"
        if place is None:
            self.column += 1
        else:
            self.row, self.column = place_of(place)

    def _formula(self, attributes: dict[str, str]) -> None:
        self.marks.value_at(self.row, self.column)
        self.marks.mark(self.row, self.column, Kind.FORMULA)
        # Only the first cell of an array or a data table bears the formula; the others hold what it gives.
        if attributes.get("t") in {"array", "dataTable"} and "ref" in attributes:
            first, _, last = attributes["ref"].partition(":")
            self.marks.arrays.append(Span(*place_of(first), *place_of(last or first)))


def place_of(place: str) -> tuple[int, int]:
    """`C12` to row 12 and column index 2; ValueError for what is no place."""
    found = PLACE.fullmatch(place)
    if found is None:
        raise ValueError(f"{place[:20]!r} is no place of a cell")
    return int(found[2]), column_of(found[1])


def column_of(letters: str) -> int:
    """`A` to index 0, `AA` to 26."""
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1
