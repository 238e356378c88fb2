"""How much of something has happened by a day, and what of it is still to be done on that day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

__all__ = ["Quota", "on_curve"]

Point = tuple[date, float]


def on_curve(points: list[Point], day: date) -> float:
    """The value on a day between (day, value) points in order; constant before the first and after the last."""
    if day <= points[0][0]:
        return points[0][1]
    for (begin, low), (end, high) in pairwise(points):
        if day <= end:
            return low + (high - low) * ((day - begin).days / max((end - begin).days, 1))
    return points[-1][1]


class Quota:
    """Counts what was done against a curve. Points that lie after `until` are left out, and `last` stands there."""

    def __init__(self, points: list[Point], scale: float = 1.0, until: Point | None = None) -> None:
        if until is not None:
            points = [*(point for point in points if point[0] < until[0]), until]
        self._points = points
        self._scale = scale
        self.done = 0

    def due(self, day: date) -> int:
        """How many are to be done on the day, none when more were done already."""
        return max(round(on_curve(self._points, day) * self._scale) - self.done, 0)
