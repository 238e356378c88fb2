"""What a file is, told from its content: names lie, exports named .xls are often web pages or text."""

from __future__ import annotations

import codecs
import os
import stat
from enum import StrEnum
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from xianfeng.tabular import ole, xlsx
from xianfeng.tabular.errors import Unreadable, read_fault

__all__ = ["Format", "format_of", "opening"]

HEAD = 64 * 1024
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
MARKUP_STARTS = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<style")
BINARY_STARTS = (
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"SQLite format 3",
    b"\x7fELF",
)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MOST_NULS = 0.1


class Format(StrEnum):
    """How a table is stored."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"


def opening(path: Path) -> bytes:
    """The file's first bytes; Unreadable for what is missing, no plain file, not permitted or empty."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise Unreadable("directory", path=path)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("not-a-file", path=path)
        with path.open("rb") as file:
            head = os.read(file.fileno(), HEAD)
    except (OSError, ValueError) as fault:
        raise read_fault(path, fault if isinstance(fault, OSError) else FileNotFoundError()) from None
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise Unreadable("empty", path=path)
    return head


def format_of(path: Path, head: bytes) -> Format:
    """The format that the content shows; Unreadable with its own reason for what is no table."""
    if head.startswith(ZIP_STARTS):
        return _zipped(path)
    if head.startswith(ole.SIGNATURE):
        return Format.XLS
    if head.removeprefix(codecs.BOM_UTF8).lstrip()[:16].lower().startswith(MARKUP_STARTS):
        raise Unreadable("markup", path=path)
    if not head.startswith(UTF_16) and (head.startswith(BINARY_STARTS) or head.count(0) > MOST_NULS * len(head)):
        raise Unreadable("binary", path=path)
    return Format.CSV


def _zipped(path: Path) -> Format:
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, NotImplementedError, EOFError):
        # Half a workbook and half an archive look alike: what is left of its names tells which.
        raise Unreadable("corrupt" if _looks_like_workbook(path) else "zip-no-workbook", path=path) from None
    if xlsx.WORKBOOK in names:
        return Format.XLSX
    raise Unreadable("binary-workbook" if xlsx.BINARY in names else "zip-no-workbook", path=path)


def _looks_like_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(HEAD)
    return b"[Content_Types].xml" in start or b"xl/" in start
