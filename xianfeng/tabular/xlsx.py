"""The parts of an XLSX workbook: is it safe to open, which part is which sheet, does a sheet hold anything."""

from __future__ import annotations

import posixpath
import re
from zipfile import ZipFile

from xianfeng.tabular.marks import Marks
from xianfeng.tabular.xml_events import Enough, read_elements

__all__ = ["BINARY", "ROUND_THE_CELL", "WORKBOOK", "has_values", "inflated", "sheet_parts"]

WORKBOOK = "xl/workbook.xml"
BINARY = "xl/workbook.bin"
RELATIONS = "xl/_rels/workbook.xml.rels"
RELATION_ID = re.compile(r"(?:.* )?id$")
ROUND_THE_CELL = frozenset({"v", "is"})
"""Elements that hold a cell's value."""


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
