"""From counted keys to figures: the headline numbers of domain §3 and the rates R1–R7.

A rate is never a bare number: it keeps its numerator and its denominator; over zero it has no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from services.coverage.domain.keys import (
    DUE,
    DUTIES,
    ENTERPRISE,
    FILTERS,
    NAMESPACE,
    ORGANISATION,
    PROJECT,
    STATUSES,
    namespace,
    unpack_enterprise,
)

__all__ = ["RATES", "FigureSet", "Rate", "figures"]

RATES = ("R1", "R2", "R3", "R3a", "R4", "R5", "R6", "R7")


@dataclass(frozen=True, slots=True)
class Rate:
    """`name` is R1 … R7 (R3a: 含联合). `apart`: of the numerator, in time (R7), by recruiting alone (R4)."""

    name: str
    numerator: int
    denominator: int
    apart: int = 0

    @property
    def shown(self) -> str:
        """Per cent with one decimal, rounded half up; "–" over zero."""
        if not self.denominator:
            return "–"
        tenths = (2000 * self.numerator + self.denominator) // (2 * self.denominator)
        return f"{tenths // 10}.{tenths % 10}%"


@dataclass(slots=True)
class FigureSet:
    """The figures of one unit on one day, without those that need the unit tree or data kept aside (held, unplaced).

    Counts of enterprises unless named otherwise. `by_status` has every status, `by_duty` every duty, zero or not.
    """

    registered: int = 0
    enterprises: int = 0
    organised: int = 0
    covered: int = 0
    without_organisation: int = 0
    by_status: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    by_duty: dict[str, int] = field(default_factory=lambda: dict.fromkeys(DUTIES[1:], 0))
    unsurveyed: int = 0
    unknown_registry_status: int = 0
    out_of_scope: int = 0
    inactive: int = 0
    to_settle: int = 0
    moving: int = 0
    joint_with_three: int = 0
    recruiting_alone: int = 0
    legal_persons: int = 0
    threshold: int = 0
    threshold_own: int = 0
    threshold_organised: int = 0
    base: int = 0
    filed: int = 0
    filed_in_time: int = 0
    filing_missing: int = 0
    projects_served: int = 0
    projects_covered: int = 0
    organisations: int = 0
    overdue: int = 0

    @property
    def rates(self) -> tuple[Rate, ...]:
        return (
            Rate("R1", self.organised, self.enterprises),
            Rate("R2", self.by_status["own"], self.enterprises),
            Rate("R3", self.threshold_own, self.threshold),
            Rate("R3a", self.threshold_organised, self.threshold),
            Rate("R4", self.by_status["work"], self.without_organisation, self.recruiting_alone),
            Rate("R5", self.covered, self.enterprises),
            Rate("R6", self.projects_covered, self.projects_served),
            Rate("R7", self.filed, self.base, self.filed_in_time),
        )


def figures(counts: Mapping[int, int] | Iterable[tuple[int, int]], day: date) -> FigureSet:
    """Sum counted keys (key → how many; pairs may repeat a key) to the figures of `day`.

    A key of the namespace DUE adds to `overdue` when its day lies before `day`.
    """
    result = FigureSet()
    overdue_before = DUE + day.toordinal()
    for key, n in counts.items() if isinstance(counts, Mapping) else counts:
        kind = namespace(key)
        if kind == ENTERPRISE:
            _add_enterprise(result, key, n)
        elif kind == DUE:
            result.overdue += n if key < overdue_before else 0
        elif kind == PROJECT:
            _add_project(result, key & NAMESPACE, n)
        elif kind == ORGANISATION:
            result.organisations += n
    return result


def _add_enterprise(result: FigureSet, key: int, n: int) -> None:
    status, duty, names = _contributions(key)
    result.by_status[status] += n
    if duty:
        result.by_duty[duty] += n
    for name in names:
        setattr(result, name, getattr(result, name) + n)


def _add_project(result: FigureSet, bits: int, n: int) -> None:
    if bits & 1:
        result.projects_served += n
        if bits > 1:
            result.projects_covered += n


@lru_cache(maxsize=65536)
def _contributions(key: int) -> tuple[str, str, tuple[str, ...]]:
    """Status, duty, and the names of the figures that an enterprise with this key adds to."""
    e = unpack_enterprise(key)
    holds = {
        "registered": True,
        "out_of_scope": e.status == "out_of_scope",
        "inactive": e.status == "inactive",
        "legal_persons": e.operating and not e.branch_office,
    } | {name: chosen(e) for name, chosen in FILTERS.items()}
    return e.status, e.duty, tuple(name for name, held in holds.items() if held)
