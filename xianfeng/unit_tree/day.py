"""The unit tree as it was on one day: all questions about it, none of which changes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from xianfeng.unit_tree.planting import NOWHERE, Shape
from xianfeng.unit_tree.register import Index, Register, recall, remember
from xianfeng.words import say

__all__ = ["TreeOfDay", "UnknownUnit"]


class UnknownUnit(LookupError):
    """The tree never heard of this unit; the message is for people."""

    def __init__(self, unit: str, message: str | None = None) -> None:
        super().__init__(message or say("units.unknown", unit=unit))
        self.unit = unit


class TreeOfDay:
    """A snapshot: later changes of the register do not touch it. Units are given and returned by id.

    Every method raises UnknownUnit for an id that was in no change so far. A unit that does not exist on the day
    (closed already, or not open yet) is answered for by `counted_in`.
    """

    def __init__(self, day: date, register: Register, shape: Shape, root: str, *, demonstration: bool = False) -> None:
        self.day = day
        self.demonstration = demonstration
        self._register = register
        self._shape = shape
        self._size = len(shape.live)
        self._root = root
        self._named: Index | None = None

    def __contains__(self, unit: str) -> bool:
        return self._register.numbers.get(unit, self._size) < self._size

    def __iter__(self) -> Iterator[str]:
        """All units that exist on the day, parents first, in division order."""
        ids, live = self._register.ids, self._shape.live
        return (ids[n] for n in self._shape.order if live[n])

    @property
    def shape(self) -> Shape:
        """What this day's tree shares with the days around it, until a unit changes."""
        return self._shape

    @cached_property
    def root(self) -> str:
        """The unit that this deployment answers for. Raises UnknownUnit when the day has no such unit."""
        found = self.find(self._root)
        if not found:
            raise UnknownUnit(self._root, say("units.no-root", day=self.day, root=self._root))
        return found[0]

    @property
    def loose(self) -> tuple[str, ...]:
        """Units that hang under the top because their parent is unknown or stands under themselves."""
        return tuple(self._register.ids[n] for n in self._shape.loose)

    def alive(self, unit: str) -> bool:
        """Does the unit exist on the day?"""
        return bool(self._shape.live[self._number(unit)])

    def name(self, unit: str) -> str:
        """The name of the day; of a closed unit its last, of one not open yet its first."""
        return self._name(self._number(unit))

    def code(self, unit: str) -> str | None:
        return self._register.codes[self._number(unit)]

    def level(self, unit: str) -> str:
        return self._register.levels[self._number(unit)]

    def path_name(self, unit: str) -> str:
        """All names from below the top down to the unit: 河南省焦作市解放区. A closed unit keeps its last parent."""
        return "".join(self._names_above(self._number(unit)))

    def parent(self, unit: str) -> str | None:
        """The unit above, on the day; None above the top. Of a unit that does not exist: `counted_in`."""
        above = self._shape.above[self._number(unit)]
        return None if above == NOWHERE else self._register.ids[above]

    def ancestors(self, unit: str) -> tuple[str, ...]:
        """The unit first, then all above it up to the root (up to the top for a unit outside the root)."""
        ids, above = self._register.ids, self._shape.above
        stop = self._stop
        number, found = self._number(unit), []
        while number != NOWHERE:
            found.append(ids[number])
            number = NOWHERE if number == stop else above[number]
        return tuple(found)

    def children(self, unit: str) -> tuple[str, ...]:
        """The units directly below that exist on the day, in division order."""
        return tuple(self._register.ids[n] for n in self._directly_below(self._number(unit)) if self._shape.live[n])

    def own(self, unit: str) -> tuple[str, ...]:
        """The unit and those that count for it itself: with the subtrees of its children, its whole subtree."""
        number = self._number(unit)
        guests = (n for n in self._directly_below(number) if not self._shape.live[n])
        return (unit, *(self._register.ids[n] for n in guests))

    def subtree(self, unit: str) -> tuple[str, ...]:
        """The unit and all that are counted under it, closed units included, parents first."""
        number, ids = self._number(unit), self._register.ids
        return tuple([ids[n] for n in self._shape.order[self._shape.place[number] : self._shape.end[number]]])

    def counted_in(self, unit: str) -> str:
        """The unit that shows this one's figures: itself; if closed, its one live successor, else its last parent.

        A unit that is not open yet is counted in its one live forerunner, else in its first parent.
        """
        number = self._number(unit)
        if self._shape.live[number] or self._shape.above[number] == NOWHERE:
            return unit
        return self._register.ids[self._shape.above[number]]

    def lies_under(self, unit: str, ancestor: str) -> bool:
        """Is the unit the ancestor itself or counted below it?"""
        place, above = self._shape.place[self._number(unit)], self._number(ancestor)
        return self._shape.place[above] <= place < self._shape.end[above]

    def find(self, text: str) -> list[str]:
        """Ids that the text names: an id, a code, a full or other name, or the end of a path of names (焦作市解放区).

        By code and name only units that exist on the day, in division order; several when a name is not unique.
        """
        ids, live = self._register.ids, self._shape.live
        if text in self:
            return [text]
        coded = [ids[n] for n in recall(self._register.by_code, text) if n < self._size and live[n]]
        return coded or [ids[n] for n in self._find_named(text)]

    def _find_named(self, text: str) -> list[int]:
        named = self._by_name()
        return [n for cut in range(len(text)) for n in recall(named, text[cut:]) if self._stands_below(n, text[:cut])]

    def _stands_below(self, number: int, text: str) -> bool:
        """Is the text the end of the path to the unit, cut between two names? Nothing is."""
        names = self._names_above(number)[:-1]
        return any("".join(names[start:]) == text for start in range(len(names) + 1))

    def _by_name(self) -> Index:
        if self._named is None:
            self._named = {}
            for number in self._shape.order:
                if self._shape.live[number]:
                    for name in (self._name(number), *self._register.also.get(number, ())):
                        remember(self._named, name, number)
        return self._named

    def _names_above(self, number: int) -> list[str]:
        names = [self._name(number)]
        above = self._shape.last_parents.get(number, self._shape.above[number])
        while above not in (NOWHERE, self._shape.top):
            names.append(self._name(above))
            above = self._shape.above[above]
        return names[::-1]

    def _name(self, number: int) -> str:
        return self._shape.names.get(number) or self._register.names[number]

    def _directly_below(self, number: int) -> Iterator[int]:
        shape = self._shape
        at = shape.place[number] + 1
        while at < shape.end[number]:
            yield shape.order[at]
            at = shape.end[shape.order[at]]

    @cached_property
    def _stop(self) -> int:
        """Where ancestors end: the root, or nowhere before the top on a day without the root."""
        found = self.find(self._root)
        return self._number(found[0]) if found else NOWHERE

    def _number(self, unit: str) -> int:
        number = self._register.numbers.get(unit, self._size)
        if number >= self._size:
            raise UnknownUnit(unit)
        return number
