"""Elements of an XML part as they begin, streamed; names without their namespace."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

__all__ = ["BadXml", "Enough", "read_elements"]

PIECE = 256 * 1024


class BadXml(Exception):
    """The part is no XML, or declares entities, which no workbook does."""


class Enough(Exception):
    """Raised by a reader that has seen what it wanted: the rest of the part is left unread."""


def read_elements(part: IO[bytes], begun: Callable[[str, dict[str, str]], None]) -> None:
    """Call `begun` with the name and attributes of each element; `Enough` from it ends the reading."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: begun(name.rpartition(" ")[2], attributes)
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        while piece := part.read(PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except Enough:
        return
    except expat.ExpatError as fault:
        raise BadXml from fault


def _no_doctype(*_: object) -> None:
    raise BadXml
