"""Where the list behind each number stands."""

from __future__ import annotations

from collections.abc import Mapping

from services.console.templating import link
from services.console.when import When

__all__ = ["enterprises", "projects", "sides_of_rate"]

Narrowed = Mapping[str, str]

# Rate → what narrows the list to its numerator, to its denominator, and to what is shown apart of the numerator.
SIDES: Mapping[str, tuple[Narrowed, ...]] = {
    "R1": ({"filter": "organised"}, {"filter": "enterprises"}),
    "R2": ({"status": "own"}, {"filter": "enterprises"}),
    "R3": ({"filter": "threshold_own"}, {"filter": "threshold"}),
    "R3a": ({"filter": "threshold_organised"}, {"filter": "threshold"}),
    "R4": ({"status": "work"}, {"filter": "without_organisation"}, {"filter": "recruiting_alone"}),
    "R5": ({"filter": "covered"}, {"filter": "enterprises"}),
    "R7": ({"filter": "filed"}, {"filter": "base"}, {"filter": "filed_in_time"}),
}


def enterprises(unit: str, when: When, **narrowed: object) -> str:
    return link("units", unit, "enterprises", **when.query, **narrowed)


def projects(unit: str, when: When, name: str) -> str:
    return link("units", unit, "projects", **when.query, filter=name)


def sides_of_rate(name: str, unit: str, when: When) -> tuple[str, str, str]:
    """The lists behind numerator, denominator and what is shown apart; empty for what has none."""
    if name == "R6":
        return projects(unit, when, "projects_covered"), projects(unit, when, "projects_served"), ""
    numerator, denominator, apart = (*(enterprises(unit, when, **one) for one in SIDES.get(name, ())), "", "", "")[:3]
    return numerator, denominator, apart
