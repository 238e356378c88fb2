"""变化说明: which figures of a monthly report must be explained before it is sent.

A change within the month has its enterprises in the report's lists; it is asked about when it is large. A figure of
last month that is now counted otherwise than it was sent has no list in this month's report: it is always asked about.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from services.registry.events.report import ReportedFigures
from xianfeng.words import say

__all__ = ["SentFigures", "Unexplained", "unexplained"]

_LIMITS = Path(__file__).with_name("explaining.toml")


class SentFigures(NamedTuple):
    """What an edition of last month said of the day that this month is compared with."""

    edition: int
    figures: ReportedFigures


class Unexplained(NamedTuple):
    """One figure. large: last month's and this month's; restated: last month's as it was sent, and as counted now."""

    figure: str
    reason: Literal["large", "restated"]
    before: int
    now: int
    edition: int = 0

    @property
    def label(self) -> str:
        return say(f"reports.reported.{self.figure}")


def unexplained(
    figures: ReportedFigures, before: ReportedFigures | None, sent: SentFigures | None
) -> list[Unexplained]:
    """In the order of the figures; `before` are last month's as counted now (None: the unit did not exist)."""
    if before is None:
        return []
    return [one for name in ReportedFigures.model_fields for one in _asked(name, figures, before, sent)]


def _asked(
    name: str, figures: ReportedFigures, before: ReportedFigures, sent: SentFigures | None
) -> Iterator[Unexplained]:
    was, now = getattr(before, name), getattr(figures, name)
    if _is_large(was, now):
        yield Unexplained(name, "large", was, now)
    if sent is not None and (said := getattr(sent.figures, name)) != was:
        yield Unexplained(name, "restated", said, was, sent.edition)


def _is_large(was: int, now: int) -> bool:
    least, percent = _limits()
    change = abs(now - was)
    return change >= least and change * 100 >= percent * was


@cache
def _limits() -> tuple[int, int]:
    large = tomllib.loads(_LIMITS.read_text(encoding="utf-8"))["large"]
    return large["least"], large["percent"]
