"""The dated tree of units in memory: divisions and units that are none, as they stood on any day.

The platform's own vocabulary: a service turns its events into `UnitChange`s and applies them in log order. Facts
may be late: a slot's value on day D is its entry with the greatest (day, version) among those with day ≤ D.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from xianfeng.unit_tree.changes import Closed, Moved, Opened, Renamed, UnitChange
from xianfeng.unit_tree.day import TreeOfDay, UnknownUnit
from xianfeng.unit_tree.planting import plant
from xianfeng.unit_tree.register import Register
from xianfeng.words import say

__all__ = ["NATION", "Closed", "Moved", "Opened", "Renamed", "TreeOfDay", "UnitChange", "UnitTree", "UnknownUnit"]

NATION = "100000"
"""The code of the whole nation: the root unless a deployment sets another."""

_DAYS_KEPT = 4


class UnitTree:
    """All units and their history. `root` names the unit that a deployment answers for: an id, code or name.

    Code, level and order of a unit are those of its first opening. Not thread-safe: one event loop owns it.
    """

    def __init__(self, root: str = NATION) -> None:
        self.root = root
        self.position = 0
        self._register = Register()
        self._days: OrderedDict[date, TreeOfDay] = OrderedDict()

    def __len__(self) -> int:
        """How many units were ever opened."""
        return len(self._register.ids)

    def __contains__(self, unit: str) -> bool:
        return unit in self._register.numbers

    def apply(self, change: UnitChange, position: int | None = None) -> None:
        """Take a change that stands at a log position (by default the next); several may share one.

        Raises UnknownUnit for a change of a unit never opened, ValueError for a position that was passed already.
        """
        with self._stepping_to(position):
            try:
                self._register.add(change)
            except KeyError:
                raise UnknownUnit(change.id) from None

    def withdraw(self, change: UnitChange, position: int | None = None) -> None:
        """Take an applied change out of every day again: it was never true.

        Raises ValueError when the change was not applied, or is a unit's first opening (which is closed instead).
        """
        with self._stepping_to(position):
            try:
                self._register.remove(change)
            except KeyError:
                raise ValueError(say("units.not-taken", unit=change.id, day=change.day)) from None

    @contextmanager
    def _stepping_to(self, position: int | None) -> Iterator[None]:
        step = self.position + 1 if position is None else position
        if step < self.position:
            raise ValueError(say("units.position-back", position=step, last=self.position))
        yield
        self.position = step
        self._days.clear()

    def on(self, day: date) -> TreeOfDay:
        """The tree as of a day, by everything applied so far. The last four days asked for are kept."""
        tree = self._days.get(day)
        if tree is None:
            tree = self._days[day] = TreeOfDay(day, self._register, plant(self._register, day.toordinal()), self.root)
            if len(self._days) > _DAYS_KEPT:
                self._days.popitem(last=False)
        self._days.move_to_end(day)
        return tree

    def find(self, text: str, day: date) -> list[str]:
        """Units of the day by id, code, full name or path of names; see `TreeOfDay.find`."""
        return self.on(day).find(text)
