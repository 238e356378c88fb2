"""Which characters the bytes of a text file are: by its mark, else UTF-8, else GB18030, else refused."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from xianfeng.tabular.errors import Unreadable

__all__ = ["Encoding", "encoding_of", "mark_of", "pieces"]

PIECE = 1024 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes of GB18030 make few characters of UTF-8 by chance; damaged UTF-8 makes many beside a few bad ones.
GOOD_TO_BAD = 4


class Encoding(NamedTuple):
    """A codec's name; `damaged` if single places cannot be decoded and stand as U+FFFD."""

    name: str
    damaged: bool = False


def pieces(path: Path) -> Iterator[bytes]:
    """The file's bytes, a mebibyte at a time."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def mark_of(path: Path) -> str | None:
    """The codec that the file's first bytes name, if they do."""
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in MARKS if start.startswith(mark)), None)


def encoding_of(path: Path) -> Encoding:
    """Decode the whole file once, so that nothing is used of one that cannot be read to its end."""
    if name := mark_of(path):
        # A mark says what the file is; single bad places are then damage, not another encoding.
        return Encoding(name, damaged=_first_fault(path, name) is not None)
    spoilt = _first_fault(path, "utf-8")
    if spoilt is None:
        return Encoding("utf-8")
    if _mostly_utf_8(path, spoilt):
        return Encoding("utf-8", damaged=True)
    spoilt_too = _first_fault(path, "gb18030")
    if spoilt_too is None:
        return Encoding("gb18030")
    raise Unreadable("encoding", path=path, line=_line_at(path, spoilt_too))


def _first_fault(path: Path, name: str) -> int | None:
    """Where decoding fails first: a byte's place in the file, give or take a character; None if nowhere."""
    decoder = codecs.getincrementaldecoder(name)()
    done = 0
    for piece in pieces(path):
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as fault:
            return done + fault.start
        done += len(piece)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return done
    return None


def _mostly_utf_8(path: Path, place: int) -> bool:
    """Whether the text around the bad place, and the file's start, is UTF-8 but for few characters."""
    with path.open("rb") as file:
        file.seek(max(0, place - PIECE // 2))
        text = file.read(PIECE).decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(not character.isascii() for character in text) - bad
    return good >= GOOD_TO_BAD * bad


def _line_at(path: Path, place: int) -> int:
    lines, done = 1, 0
    for piece in pieces(path):
        lines += piece[: max(0, place - done)].count(b"\n")
        done += len(piece)
        if done >= place:
            break
    return lines
