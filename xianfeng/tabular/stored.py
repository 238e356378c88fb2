"""A workbook as it is stored, beside its values: checked before it is opened, asked what its cells are."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from zipfile import BadZipFile, ZipFile

import python_calamine as calamine

from xianfeng.tabular import biff, ole, xlsx
from xianfeng.tabular.errors import Unreadable
from xianfeng.tabular.limits import LARGEST_INFLATED, LARGEST_WORKBOOK, MOST_CELLS
from xianfeng.tabular.marks import Marks
from xianfeng.tabular.xlsx_marks import sheet_marks
from xianfeng.tabular.xml_events import BadXml

__all__ = ["BROKEN", "Stored", "XlsFile", "XlsxFile", "is_panic"]

MIB = 1024**2
BROKEN = (
    BadZipFile, BadXml, zlib.error, EOFError, LookupError, ValueError, OverflowError, NotImplementedError, OSError,
    struct.error, biff.BadRecords, ole.BadCompound, calamine.CalamineError,
)  # fmt: skip
"""What a damaged workbook makes its readers raise."""

BOOK_STREAMS = ("Workbook", "Book")
ENCRYPTED = "EncryptedPackage"


def is_panic(fault: BaseException) -> bool:
    """Whether the value reader broke down; its own faults are of this type, which is no Exception."""
    return type(fault).__name__ == "PanicException"


class Stored(Protocol):
    """What either kind of workbook can be asked, by a sheet's place in it and its name."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """Let go of the file."""

    def has_values(self, index: int, name: str) -> bool:
        """Whether any cell of the sheet holds something."""

    def marks(self, index: int, name: str) -> Marks:
        """What the sheet's cells are."""


class XlsxFile:
    """An archive of XML parts."""

    def __init__(self, path: Path) -> None:
        _check_size(path)
        self.archive = ZipFile(path)
        declared = xlsx.inflated(self.archive)
        if declared > LARGEST_INFLATED:
            raise Unreadable("too-inflated", size=declared // MIB, most=LARGEST_INFLATED // MIB)
        if any(part.flag_bits & 1 for part in self.archive.infolist()):
            raise Unreadable("password", path=path)
        self.parts = xlsx.sheet_parts(self.archive)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.archive.close()

    def has_values(self, index: int, name: str) -> bool:
        return xlsx.has_values(self.archive, self.parts[name])

    def marks(self, index: int, name: str) -> Marks:
        return sheet_marks(self.archive, self.parts[name])


class XlsFile:
    """A compound file with one stream of records."""

    def __init__(self, path: Path) -> None:
        _check_size(path)
        found = ole.streams(path.read_bytes(), (*BOOK_STREAMS, ENCRYPTED))
        book = next((found[name] for name in BOOK_STREAMS if name in found), b"")
        if ENCRYPTED in found or (book and biff.has_password(book)):
            raise Unreadable("password", path=path)
        if not book:
            raise Unreadable("ole-no-workbook", path=path)
        # The value reader takes in all sheets at once, so all are looked through first.
        self.sheets = [biff.sheet_marks(book, place) for place in biff.sheet_places(book)]
        if sum(marks.last_row * (marks.last_column + 1) for marks in self.sheets) > MOST_CELLS:
            raise Unreadable("too-large-sheets", path=path, most=MOST_CELLS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.sheets = []

    def has_values(self, index: int, name: str) -> bool:
        return self.sheets[index].rows > 0

    def marks(self, index: int, name: str) -> Marks:
        return self.sheets[index]


def _check_size(path: Path) -> None:
    size = path.stat().st_size
    if size > LARGEST_WORKBOOK:
        raise Unreadable("too-large", path=path, size=size // MIB, most=LARGEST_WORKBOOK // MIB)
