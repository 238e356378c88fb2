"""A table's headings laid out: groups above, names below, and where the upright lines between columns begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.console.exports.paper import Column, groups

__all__ = ["Headings", "headings"]

Fit = Callable[[str, float], list[str]]
"""A text and the width of its cell → its lines."""
Height = Callable[[int], float]
"""So many lines → the height of their row."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Places are from the table's left and top. `texts`: lines, left, top. `strokes`: from, to, below each group.

    `fences`: for each column, how far down the upright line at its left begins: none runs through a group's heading.
    """

    upper: float
    height: float
    texts: Sequence[tuple[list[str], float, float]]
    strokes: Sequence[tuple[float, float]]
    fences: Sequence[float]


def headings(
    columns: Sequence[Column], left: Sequence[float], wide: Sequence[float], fit: Fit, row: Height
) -> Headings:
    """A name without a group stands at the top, through both rows."""
    spans = _spans(columns)
    ends = [(left[some[0]], left[some[-1]] + wide[some[-1]]) for _, some in spans]
    above = [(fit(name, end - start), start) for (name, _), (start, end) in zip(spans, ends, strict=True)]
    upper = row(max(len(lines) for lines, _ in above)) if above else 0.0
    names = [fit(column.name.rpartition("/")[2], wide[place]) for place, column in enumerate(columns)]
    inner = {place for _, some in spans for place in some}
    texts = [(lines, start, 0.0) for lines, start in above]
    texts += [(lines, left[place], upper if place in inner else 0.0) for place, lines in enumerate(names)]
    crossed = {place for _, some in spans for place in some[1:]}
    fences = [upper if place in crossed else 0.0 for place in range(len(columns))]
    return Headings(upper, upper + row(max(map(len, names))), texts, ends, fences)


def _spans(columns: Sequence[Column]) -> list[tuple[str, list[int]]]:
    """Each group with the places of its columns."""
    found = []
    place = 0
    for group in groups(columns):
        if group.name:
            found.append((group.name, list(range(place, place + len(group.columns)))))
        place += len(group.columns)
    return found
