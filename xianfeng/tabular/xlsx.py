"""The parts of an XLSX workbook: is it one, is it safe to open, which part is which sheet, what its cells are."""

from __future__ import annotations

import posixpath
import re
from zipfile import ZipFile

from xianfeng.tabular.cells import Kind
from xianfeng.tabular.marks import Marks, Span
from xianfeng.tabular.xml_events import Enough, read_elements

__all__ = ["BINARY", "WORKBOOK", "has_values", "inflated", "sheet_marks", "sheet_parts"]

WORKBOOK = "xl/workbook.xml"
BINARY = "xl/workbook.bin"
RELATIONS = "xl/_rels/workbook.xml.rels"
RELATION_ID = re.compile(r"(?:.* )?id$")
PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
ROUND_THE_CELL = frozenset({"v", "is"})


def inflated(archive: ZipFile) -> int:
    """Bytes that all parts declare to have when unpacked."""
    return sum(part.file_size for part in archive.infolist())


def sheet_parts(archive: ZipFile) -> dict[str, str]:
    """Sheet name to the part that holds it, in the workbook's order."""
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if RELATION_ID.match(key)), "")
            sheets.append((attributes.get("name", ""), relation))

    def target(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))

    for part, reader in ((WORKBOOK, sheet), (RELATIONS, target)):
        with archive.open(part) as stream:
            read_elements(stream, reader)
    return {name: targets[relation].lstrip("/") for name, relation in sheets if relation in targets}


def has_values(archive: ZipFile, part: str) -> bool:
    """Whether any cell of the sheet holds something."""
    marks = Marks()

    def begun(name: str, _: dict[str, str]) -> None:
        if name in ROUND_THE_CELL:
            marks.value_at(1, 0)
            raise Enough

    with archive.open(part) as stream:
        read_elements(stream, begun)
    return marks.rows > 0


def sheet_marks(archive: ZipFile, part: str) -> Marks:
    """Formulas, errors and reach of a sheet, in one pass over its part; cells without a place follow each other."""
    walk = _Walk()
    with archive.open(part) as stream:
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
            (top, left), (bottom, right) = place_of(first), place_of(last or first)
            if (top, left) != (bottom, right):
                self.marks.arrays.append(Span(top, left, bottom, right))


def place_of(place: str) -> tuple[int, int]:
    """`C12` to row 12 and column index 2; ValueError for what is no place."""
    found = PLACE.fullmatch(place)
    if found is None:
        raise ValueError(f"{place[:20]!r} is no place of a cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column - 1
