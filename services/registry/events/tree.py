"""Registry's unit events as changes of the platform's dated unit tree: how every service grows its own copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

from services.registry.events.unit import (
    UnitClosed,
    UnitDemonstrationFilled,
    UnitFactVoided,
    UnitMoved,
    UnitOpened,
    UnitRenamed,
)
from xianfeng.units import Closed, Moved, Opened, Renamed, UnitChange, UnitTree

__all__ = ["UnitGrower"]


class Fact(Protocol):
    """What is read of one event; `data` has the attributes of its type's model, and need not be that model."""

    subject: str
    version: int
    type: str
    effective: date
    data: Any


def _opened(unit: str, day: date, data: Any) -> UnitChange:
    return Opened(unit, data.code, data.name, data.level, data.parent, data.order, day, data.also or ())


def _renamed(unit: str, day: date, data: Any) -> UnitChange:
    return Renamed(unit, data.name, day)


def _moved(unit: str, day: date, data: Any) -> UnitChange:
    return Moved(unit, data.parent, day)


def _closed(unit: str, day: date, data: Any) -> UnitChange:
    return Closed(unit, day, data.successors)


_CHANGES: dict[str, Callable[[str, date, Any], UnitChange]] = {
    UnitOpened.TYPE: _opened,
    UnitRenamed.TYPE: _renamed,
    UnitMoved.TYPE: _moved,
    UnitClosed.TYPE: _closed,
}


class UnitGrower:
    """Applies registry's unit events to a tree, in the order of their positions.

    Other facts of a unit (its department, its lead body) change nothing in the tree.
    """

    def __init__(self, tree: UnitTree) -> None:
        self.tree = tree
        # Openings are not kept: nearly all units have that one event alone, and it is never voided but closed.
        self._later: dict[tuple[str, int], UnitChange] = {}

    def take(self, position: int, fact: Fact) -> None:
        """Apply the event at this position, at its type's newest version. Raises what `UnitTree.apply` raises."""
        if make := _CHANGES.get(fact.type):
            change = make(fact.subject, fact.effective, fact.data)
            self.tree.apply(change, position)
            if fact.version > 1:
                self._later[fact.subject, fact.version] = change
        elif fact.type == UnitFactVoided.TYPE:
            self._void(fact.subject, fact.data.version)
        elif fact.type == UnitDemonstrationFilled.TYPE:
            self.tree.declare_demonstration()

    def _void(self, unit: str, version: int) -> None:
        change = self._later.pop((unit, version), None)
        if change is not None:
            self.tree.withdraw(change)
