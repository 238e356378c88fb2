"""How texts fit into columns: lines broken where Chinese and codes may be broken, and the page's width shared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

__all__ = ["Measure", "lines_of", "measure", "shares"]

Measure = Callable[[str], float]
"""Text → its width in the page's unit."""

# A code, a day or a word is kept in one piece; every other character may begin a line.
_PIECES = re.compile(r"[!-~]+| +|[^!-~ ]")
_NEVER_FIRST = frozenset("，。；：、！？）〕》】”’%…")
_NEVER_LAST = frozenset("（〔《【“‘")


def measure(advances: Mapping[int, float], size: float) -> Measure:
    """Measure texts of one face at a size; `advances` in thousandths of it."""

    def of(text: str) -> float:
        return sum(advances[ord(letter)] for letter in text) * size / 1000

    return of


def lines_of(text: str, room: float, width: Measure) -> list[str]:
    """The text in lines that fit into the room; at least one. Line breaks of the text stay."""
    return [line for paragraph in text.splitlines() or [""] for line in _broken(paragraph, room, width)]


def shares(wanted: Sequence[float], least: Sequence[float], room: float) -> list[float]:
    """The room, divided as wanted, but to each at least what it cannot do without, as far as there is room."""
    if sum(least) > room:
        return _divided(least, room)
    given = _divided(wanted, room)
    short: set[int] = set()
    while more := {place for place, one in enumerate(given) if place not in short and one < least[place]}:
        short |= more
        rest = _divided(
            [0.0 if place in short else one for place, one in enumerate(wanted)],
            room - sum(least[place] for place in short),
        )
        given = [least[place] if place in short else one for place, one in enumerate(rest)]
    return given


def _divided(wanted: Sequence[float], room: float) -> list[float]:
    whole = sum(wanted)
    return [room * one / whole for one in wanted]


def _broken(text: str, room: float, width: Measure) -> list[str]:
    if width(text) <= room:
        return [text]
    lines: list[list[str]] = [[]]
    for piece in (part for whole in _PIECES.findall(text) for part in _split(whole, room, width)):
        line = lines[-1]
        if not line or width("".join(line) + piece) <= room:
            line.append(piece)
        else:
            lines.append([*_taken_along(line, piece, room - width(piece), width), piece])
    return ["".join(line).rstrip() for line in lines]


def _taken_along(line: list[str], piece: str, room: float, width: Measure) -> list[str]:
    """What must not end the line, or must stand before the piece, is taken off the line and begins the next.

    `room` is what the piece leaves there; where it is too narrow for all of that, marks stand where they are.
    """
    taken: list[str] = []
    while len(line) > 1 and (line[-1] in _NEVER_LAST or (taken or [piece])[0] in _NEVER_FIRST):
        taken.insert(0, line.pop())
    if width("".join(taken)) > room:
        line += taken
        return []
    return taken


def _split(piece: str, room: float, width: Measure) -> list[str]:
    """A piece that is wider than the room, cut into what fits; a single character is never cut."""
    if len(piece) == 1 or width(piece) <= room:
        return [piece]
    parts = [""]
    for letter in piece:
        if parts[-1] and width(parts[-1] + letter) > room:
            parts.append("")
        parts[-1] += letter
    return parts
