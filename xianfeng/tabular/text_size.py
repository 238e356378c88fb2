"""What a text file amounts to, counted in one cheap pass before anything of it is used."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from xianfeng.tabular.encodings import mark_of, pieces
from xianfeng.tabular.errors import Unreadable
from xianfeng.tabular.limits import LARGEST_FIELD, LARGEST_FILE, LONGEST_LINE, MOST_ROWS

__all__ = ["TextSize", "checked_size"]

MIB = 1024**2
LOST = "\ufffd".encode()


class TextSize(NamedTuple):
    """`lines` bounds the rows from above; `marred`: the file holds NUL bytes or characters lost earlier."""

    lines: int
    quoted: bool
    marred: bool


def checked_size(path: Path, delimiter: str) -> TextSize:
    """Count the file; Unreadable when it is too large, not made of lines or has too many rows."""
    stored = path.stat().st_size
    if stored > LARGEST_FILE:
        raise Unreadable("too-large", path=path, size=stored // MIB, most=LARGEST_FILE // MIB)
    size = _counted(path)
    if size.lines > MOST_ROWS:
        # A cell in quotation marks may span lines, so then the lines say too much.
        rows = (size.quoted and _rows_in(path, delimiter)) or size.lines
        if rows > MOST_ROWS:
            raise Unreadable("too-many-rows", rows=rows, most=MOST_ROWS)
    return size


def _counted(path: Path) -> TextSize:
    feeds = returns = unbroken = 0
    quoted = marred = False
    last = b"\n"
    for piece in _ascii_pieces(path):
        feeds += piece.count(b"\n")
        returns += piece.count(b"\r")
        quoted = quoted or b'"' in piece
        marred = marred or b"\0" in piece or LOST in piece
        broken_at = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        unbroken = len(piece) - broken_at if broken_at >= 0 else unbroken + len(piece)
        if unbroken > LONGEST_LINE:
            raise Unreadable("endless-line", path=path, most=LONGEST_LINE // MIB)
        last = piece[-1:]
    return TextSize(max(feeds, returns) + (last not in b"\r\n"), quoted, marred)


def _ascii_pieces(path: Path) -> Iterator[bytes]:
    """The file's bytes in an encoding where ASCII is ASCII: all that are read, but for UTF-16, are such already."""
    if mark_of(path) != "utf-16":
        yield from pieces(path)
        return
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for piece in pieces(path):
        yield decoder.decode(piece).encode("utf-8", "replace")


def _rows_in(path: Path, delimiter: str) -> int | None:
    """Rows as a reader of quotation marks counts them; None if one is never closed, and the lines must do."""
    csv.field_size_limit(LARGEST_FIELD)
    name = "utf-16" if mark_of(path) == "utf-16" else "latin-1"
    with path.open(encoding=name, errors="replace", newline="") as file:
        try:
            return sum(1 for _ in csv.reader(file, delimiter=delimiter))
        except csv.Error:
            return None
