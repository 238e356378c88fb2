"""Bars of how a unit's enterprises are covered: four stretches that fill the width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from services.console.views.labels import ORGANISED

__all__ = ["Bar", "bars", "organised", "percent"]


@dataclass(frozen=True)
class Bar:
    """One stretch of a bar in percent of its width."""

    id: str
    kind: str
    start: float
    width: float


def bars(owner: str, figures: Any) -> tuple[Bar, ...]:
    """Own, jointly formed, work coverage, none; ``owner`` tells the bars of a page apart."""
    counts = figures.by_status
    parts = {
        "own": counts.get("own", 0),
        "shared": organised(figures) - counts.get("own", 0),
        "work": counts.get("work", 0),
        "none": counts.get("none", 0),
    }
    return tuple(_stretches(owner, parts.items(), sum(parts.values())))


def organised(figures: Any) -> int:
    """How many enterprises have an organisation, of whichever form."""
    return sum(figures.by_status.get(status, 0) for status in ORGANISED)


def percent(part: int, whole: int) -> float:
    """0 over a whole of 0."""
    return round(100 * part / whole, 2) if whole else 0.0


def _stretches(owner: str, parts: Iterable[tuple[str, int]], total: int) -> Iterator[Bar]:
    start = 0.0
    for kind, count in parts:
        width = percent(count, total)
        yield Bar(f"b-{owner}-{kind}", kind, round(start, 2), width)
        start += width
