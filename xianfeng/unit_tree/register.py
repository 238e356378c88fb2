"""What is known of every unit, compactly: one row a unit, and a history only for units that changed."""

from __future__ import annotations

from array import array
from bisect import insort
from datetime import date
from operator import itemgetter
from sys import intern

from xianfeng.unit_tree.changes import Closed, Moved, Opened, Renamed, UnitChange

__all__ = ["Entry", "Index", "Register", "UnitOfDay", "recall", "remember"]

Entry = tuple[int, int, UnitChange]
"""(day as ordinal, version, change): the greatest entry with day ≤ D holds on day D."""

Index = dict[str, int | tuple[int, ...]]
"""Text → number of a unit, or numbers: a list for each of 45,000 texts would be 3 MB."""

_by_place_in_time = itemgetter(0, 1)


def remember(index: Index, text: str, number: int) -> None:
    """Add a number to those known by a text."""
    known = recall(index, text)
    index[text] = (*known, number) if known else number


def recall(index: Index, text: str) -> tuple[int, ...]:
    """All numbers known by a text, in the order in which they were remembered."""
    known = index.get(text, ())
    return (known,) if isinstance(known, int) else known


class Register:
    """Columns of units by number (their order of opening). Columns only grow, so a tree of a day may share them.

    The columns hold a unit's first opening; `histories` holds all its entries, the first included, as soon as
    there is a second.
    """

    __slots__ = ("_sorted", "_version", "_versions", "also", "by_code", "codes", "histories", "ids", "levels", "names",
                 "numbers", "opened", "orders", "parents")  # fmt: skip

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.codes: list[str | None] = []
        self.names: list[str] = []
        self.levels: list[str] = []
        self.parents: list[str | None] = []
        self.orders = array("q")
        self.opened = array("i")
        self.numbers: dict[str, int] = {}
        self.by_code: Index = {}
        self.also: dict[int, tuple[str, ...]] = {}
        self.histories: dict[int, list[Entry]] = {}
        self._versions = array("q")
        self._version = 0
        self._sorted: list[int] | None = None

    def add(self, change: UnitChange) -> None:
        """Take a change. Raises KeyError for a change of a unit that was never opened."""
        self._version += 1
        number = self.numbers.get(change.id)
        if number is not None:
            insort(self._history(number), (change.day.toordinal(), self._version, change), key=_by_place_in_time)
        elif isinstance(change, Opened):
            self._open(change)
        else:
            raise KeyError(change.id)

    def remove(self, change: UnitChange) -> None:
        """Take a change out again, as if it had never been. Raises KeyError when it is no entry or a first opening."""
        history = self.histories.get(self.numbers.get(change.id, -1), [])
        for entry in reversed(history):
            if entry[2] == change and entry[1] != self._versions[self.numbers[change.id]]:
                history.remove(entry)
                return
        raise KeyError(change.id)

    def _open(self, unit: Opened) -> None:
        number = len(self.ids)
        self.numbers[unit.id] = number
        self.ids.append(unit.id)
        self.codes.append(unit.code)
        self.names.append(unit.name)
        self.levels.append(intern(unit.level))
        self.parents.append(self._same(unit.parent))
        self.orders.append(unit.order)
        self.opened.append(unit.day.toordinal())
        self._versions.append(self._version)
        self._sorted = None
        if unit.also:
            self.also[number] = unit.also
        if unit.code is not None:
            remember(self.by_code, unit.code, number)

    def _same(self, unit: str | None) -> str | None:
        """One string object a unit: 45,000 copies of a parent's id would be 4 MB."""
        number = self.numbers.get(unit) if unit is not None else None
        return unit if number is None else self.ids[number]

    def _history(self, number: int) -> list[Entry]:
        history = self.histories.get(number)
        if history is None:
            history = [(self.opened[number], self._versions[number], self._first(number))]
            self.histories[number] = history
        return history

    def _first(self, number: int) -> Opened:
        return Opened(
            self.ids[number], self.codes[number], self.names[number], self.levels[number], self.parents[number],
            self.orders[number], date.fromordinal(self.opened[number]),
            self.also.get(number, ()),
        )  # fmt: skip

    def in_division_order(self) -> list[int]:
        """All numbers by code, then units without a code by order."""
        if self._sorted is None:
            codes, orders = self.codes, self.orders
            self._sorted = sorted(self.numbers.values(), key=lambda n: (codes[n] is None, codes[n] or "", orders[n]))
        return self._sorted

    def predecessors(self) -> dict[str, list[int]]:
        """Unit → the numbers of the units that it ever took over."""
        found: dict[str, list[int]] = {}
        for number, history in self.histories.items():
            for _, _, change in history:
                if isinstance(change, Closed):
                    for successor in change.successors:
                        found.setdefault(successor, []).append(number)
        return found


class UnitOfDay:
    """The slots of one changed unit on one day: name, parent, life."""

    __slots__ = ("closed", "name", "open", "parent")

    def __init__(self) -> None:
        self.open = False
        self.name = ""
        self.parent: str | None = None
        self.closed: Closed | None = None

    @classmethod
    def fold(cls, history: list[Entry], day: int) -> UnitOfDay:
        """The slots from all entries up to the day; of a unit not yet open, those of its first opening."""
        unit = cls()
        for effective, _, change in history:
            if effective <= day:
                unit._take(change)
        if not unit.open and unit.closed is None:
            unit._take(next(change for _, _, change in history if isinstance(change, Opened)))
            unit.open = False
        return unit

    def _take(self, change: UnitChange) -> None:
        match change:
            case Opened():
                self.open, self.closed, self.name, self.parent = True, None, change.name, change.parent
            case Renamed():
                self.name = change.name
            case Moved():
                self.parent = change.parent
            case Closed():
                self.open, self.closed = False, change
