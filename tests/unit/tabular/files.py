"""Files as offices send them, made for one test each."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msoffcrypto.format.ooxml
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xianfeng.tabular import Row, Unreadable, open_table

HEADER = ("企业名称", "统一社会信用代码", "成立日期")


def text_file(folder: Path, text: str | bytes, *, encoding: str = "utf-8", name: str = "企业.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def book_file(folder: Path, fill: Callable[[Workbook, Worksheet], object], name: str = "企业.xlsx") -> Path:
    """A workbook whose first sheet `fill` writes to."""
    path = folder / name
    with Workbook(str(path)) as book:
        fill(book, book.add_worksheet("企业"))
    return path


def rows_file(folder: Path, rows: Sequence[Sequence[str]], name: str = "企业.xlsx") -> Path:
    def fill(_: Workbook, sheet: Worksheet) -> None:
        for index, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(index, column, text)

    return book_file(folder, fill, name)


def locked_file(folder: Path, name: str = "加密.xlsx") -> Path:
    """A workbook with a password, encrypted as the spreadsheet programs do it."""
    open_one = rows_file(folder, [HEADER], "未加密.xlsx")
    path = folder / name
    with open_one.open("rb") as source, path.open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("密码123", target)
    return path


def repacked(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same workbook with its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))
    return path


def rows_of(path: Path, *, sheet: str | None = None) -> list[Row]:
    with open_table(path, sheet=sheet) as table:
        return list(table.rows())


def cells_of(path: Path) -> list[tuple[str, ...]]:
    return [row.cells for row in rows_of(path)]


def refusal_of(path: Path, *, sheet: str | None = None) -> Unreadable:
    """The refusal of a file that must not be taken."""
    try:
        open_table(path, sheet=sheet)
    except Unreadable as fault:
        return fault
    raise AssertionError(f"{path.name} was taken")
