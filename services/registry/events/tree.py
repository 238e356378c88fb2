"""Registry's unit events as changes of the platform's dated unit tree: how every service grows its own copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from services.registry.events.unit import UnitClosed, UnitFactVoided, UnitMoved, UnitOpened, UnitRenamed
from xianfeng.event import Catalogue, Data, Event
from xianfeng.units import Closed, Moved, Opened, Renamed, UnitChange, UnitTree

__all__ = ["UnitGrower"]

Change = Callable[[str, date, "Data"], UnitChange]


def _opened(unit: str, day: date, data: Data) -> UnitChange:
    assert isinstance(data, UnitOpened)
    return Opened(unit, data.code, data.name, data.level, data.parent, data.order, day, data.also or ())


def _renamed(unit: str, day: date, data: Data) -> UnitChange:
    assert isinstance(data, UnitRenamed)
    return Renamed(unit, data.name, day)


def _moved(unit: str, day: date, data: Data) -> UnitChange:
    assert isinstance(data, UnitMoved)
    return Moved(unit, data.parent, day)


def _closed(unit: str, day: date, data: Data) -> UnitChange:
    assert isinstance(data, UnitClosed)
    return Closed(unit, day, data.successors)


_CHANGES: dict[type[Data], Change] = {
    UnitOpened: _opened,
    UnitRenamed: _renamed,
    UnitMoved: _moved,
    UnitClosed: _closed,
}


class UnitGrower:
    """Applies registry's unit events to a tree, in the order of their positions.

    Other facts of a unit (its department, its lead body) change nothing in the tree.
    """

    def __init__(self, tree: UnitTree, catalogue: Catalogue) -> None:
        self.tree = tree
        self._catalogue = catalogue
        # Openings are not kept: nearly all units have that one event alone, and it is never voided but closed.
        self._later: dict[tuple[str, int], UnitChange] = {}

    def take(self, position: int, raw: bytes) -> None:
        """Apply the event of these bytes. Raises what `Catalogue.load` and `UnitTree.apply` raise."""
        self.apply(position, self._catalogue.load(raw))

    def apply(self, position: int, event: Event) -> None:
        unit, version, data = event.originator_id, event.originator_version, event.data
        if isinstance(data, UnitFactVoided):
            self._void(unit, data.version)
        elif make := _CHANGES.get(type(data)):
            change = make(unit, event.effective, data)
            self.tree.apply(change, position)
            if version > 1:
                self._later[unit, version] = change

    def _void(self, unit: str, version: int) -> None:
        change = self._later.pop((unit, version), None)
        if change is not None:
            self.tree.withdraw(change)
