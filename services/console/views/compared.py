"""A unit's figures beside those of last month's day, with their differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.templating import link
from services.console.views.bars import organised
from services.console.views.labels import label
from xianfeng.words import say

__all__ = ["Compared", "compared", "signed"]

RATES = ("R1", "R2", "R5", "R6", "R7")


@dataclass(frozen=True)
class Compared:
    """A figure now and on last month's day; `href` is the list behind it."""

    label: str
    now: str
    before: str
    difference: str
    href: str


def compared(now: Any, before: Any) -> list[Compared]:
    """Counts and rates of today beside those of last month's day, and their difference."""
    unit, found = now.unit.id, []
    for text, query, value in _COUNTED:
        today, then = value(now), value(before)
        href = link("units", unit, "enterprises", **query)
        found.append(Compared(text, f"{today:,}", f"{then:,}", signed(today - then), href))
    shown = {rate.name: rate for rate in before.rates}
    found += [_rate(rate, shown.get(rate.name)) for rate in now.rates if rate.name in RATES]
    return found


def _rate(rate: Any, before: Any) -> Compared:
    label_, dash = f"{rate.name} {rate.label}", say("console.dash")
    if before is None or not (rate.denominator and before.denominator):
        return Compared(label_, rate.shown, before.shown if before else dash, "", "")
    points = 100 * (rate.numerator / rate.denominator - before.numerator / before.denominator)
    difference = say("console.home.points", points=f"{points:+.1f}") if round(points, 1) else "0"
    return Compared(label_, rate.shown, before.shown, difference, "")


def signed(difference: int) -> str:
    """With its sign, 0 without one."""
    return f"{difference:+,}" if difference else "0"


_COUNTED: Sequence[tuple[str, dict[str, str], Callable[[Any], int]]] = (
    (label("figure", "registered"), {}, lambda f: f.registered),
    (label("figure", "enterprises"), {"filter": "enterprises"}, lambda f: f.enterprises),
    (say("console.overview.organised"), {"filter": "organised"}, organised),
    (label("status", "own"), {"status": "own"}, lambda f: f.by_status.get("own", 0)),
    (label("status", "work"), {"status": "work"}, lambda f: f.by_status.get("work", 0)),
    (label("status", "none"), {"status": "none"}, lambda f: f.by_status.get("none", 0)),
    (label("duty", "form_organisation"), {"duty": "form_organisation"}, lambda f: f.by_duty["form_organisation"]),
    (label("figure", "overdue"), {"overdue": "1"}, lambda f: f.overdue),
)
