"""The dated tree of units in memory: divisions and units that are none, as they stood on any day.

The platform's own vocabulary: a service turns its events into `UnitChange`s and applies them in log order. Facts
may be late: a slot's value on day D is its entry with the greatest (day, version) among those with day ≤ D.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from datetime import date

from xianfeng.unit_tree.changes import Closed, Moved, Opened, Renamed, UnitChange
from xianfeng.unit_tree.day import TreeOfDay, UnknownUnit
from xianfeng.unit_tree.planting import Shape, plant
from xianfeng.unit_tree.register import Register
from xianfeng.words import say

__all__ = ["NATION", "Closed", "Moved", "Opened", "Renamed", "TreeOfDay", "UnitChange", "UnitTree", "UnknownUnit"]

NATION = "100000"
"""The code of the whole nation: the root unless a deployment sets another."""

_DAYS_KEPT = 16
_SHAPES_KEPT = 4


class UnitTree:
    """All units and their history. `root` names the unit that a deployment answers for: an id, code or name.

    Code, level and order of a unit are those of its first opening. Not thread-safe: one event loop owns it.
    """

    def __init__(self, root: str = NATION) -> None:
        self.root = root
        self.position = 0
        self.demonstration = False
        self._register = Register()
        self._days: OrderedDict[date, TreeOfDay] = OrderedDict()
        self._shapes: OrderedDict[int, Shape] = OrderedDict()
        self._turns: list[int] = []

    def __len__(self) -> int:
        """How many units were ever opened."""
        return len(self._register.ids)

    def __contains__(self, unit: str) -> bool:
        return unit in self._register.numbers

    def apply(self, change: UnitChange, position: int | None = None) -> None:
        """Take a change that stands at a log position (by default the next); several may share one.

        Raises UnknownUnit for a change of a unit never opened, ValueError for a position that was passed already.
        """
        step = self._step_to(position)
        try:
            self._register.add(change)
        except KeyError:
            raise UnknownUnit(change.id) from None
        self._note_turn(change.day.toordinal())
        self._stepped(step)

    def withdraw(self, change: UnitChange, position: int | None = None) -> None:
        """Take an applied change out of every day again: it was never true.

        Raises ValueError when the change was not applied, or is a unit's first opening (which is closed instead).
        """
        step = self._step_to(position)
        try:
            self._register.remove(change)
        except KeyError:
            raise ValueError(say("units.not-taken", unit=change.id, day=change.day)) from None
        self._stepped(step)

    # Two calls and no context manager: a start applies 50,000 changes.
    def _step_to(self, position: int | None) -> int:
        step = self.position + 1 if position is None else position
        if step < self.position:
            raise ValueError(say("units.position-back", position=step, last=self.position))
        return step

    def _stepped(self, step: int) -> None:
        self.position = step
        if self._days:
            self._days.clear()
            self._shapes.clear()

    def _note_turn(self, day: int) -> None:
        at = bisect_left(self._turns, day)
        if self._turns[at : at + 1] != [day]:
            self._turns.insert(at, day)

    @property
    def begins(self) -> date:
        """The first day of which anything is known; of an empty tree the first day of all."""
        return date.fromordinal(self._turns[0]) if self._turns else date.min

    def changed(self) -> Iterator[tuple[str, str, list[UnitChange]]]:
        """Unit, level and changes by day, the first opening included, of every unit that ever changed."""
        register = self._register
        for number, history in register.histories.items():
            yield register.ids[number], register.levels[number], [change for _, _, change in history]

    def declare_demonstration(self) -> None:
        """What is told of these units is, or holds, demonstration data from now on, for every day."""
        self.demonstration = True
        self._days.clear()

    def on(self, day: date) -> TreeOfDay:
        """The tree as of a day, by everything applied so far. The last days asked for are kept."""
        tree = self._days.get(day)
        if tree is None:
            shape = self._shape_on(day.toordinal())
            tree = TreeOfDay(day, self._register, shape, self.root, demonstration=self.demonstration)
            self._days[day] = tree
            if len(self._days) > _DAYS_KEPT:
                self._days.popitem(last=False)
        self._days.move_to_end(day)
        return tree

    def _shape_on(self, day: int) -> Shape:
        """Days between two changes share one shape: planting takes a hundred times longer than all questions."""
        turns = bisect_right(self._turns, day)
        turn = self._turns[turns - 1] if turns else day
        if turn not in self._shapes:
            self._shapes[turn] = plant(self._register, turn)
            if len(self._shapes) > _SHAPES_KEPT:
                self._shapes.popitem(last=False)
        self._shapes.move_to_end(turn)
        return self._shapes[turn]

    def holds_all(self, unit: str, day: date) -> bool:
        """Does everything that this deployment answers for lie at or under the unit? An empty one is the root.

        Raises UnknownUnit while the root itself is not known.
        """
        tree = self.on(day)
        root = tree.root
        return not unit or (unit in tree and tree.lies_under(root, unit))

    def find(self, text: str, day: date) -> list[str]:
        """Units of the day by id, code, full name or path of names; see `TreeOfDay.find`."""
        return self.on(day).find(text)
