"""What can happen to a unit. Each change is true from its `day` on, and may be told late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["Closed", "Moved", "Opened", "Renamed", "UnitChange"]


@dataclass(frozen=True, slots=True)
class Opened:
    """The unit exists from `day` on. `parent` is None for the top alone; `code` is None for units without one.

    Siblings stand in the order of their codes; those without a code follow, by `order`. It is found by its `also`
    names too, and never shown by them.
    """

    id: str
    code: str | None
    name: str
    level: str
    parent: str | None
    order: int
    day: date
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Renamed:
    """The unit bears another name from `day` on."""

    id: str
    name: str
    day: date


@dataclass(frozen=True, slots=True)
class Moved:
    """The unit stands under another parent from `day` on."""

    id: str
    parent: str
    day: date


@dataclass(frozen=True, slots=True)
class Closed:
    """`day` is the first day on which the unit no longer exists; `successors` are the units that took it over."""

    id: str
    day: date
    successors: tuple[str, ...] = ()


UnitChange = Opened | Renamed | Moved | Closed
