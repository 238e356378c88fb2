"""A unit and its children as arrays for one SQL statement: which unit's counts belong to which child."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass

from xianfeng.units import TreeOfDay

__all__ = ["OWN", "Span", "Spans"]

OWN = -1
"""The group of what is placed at the unit itself."""

_KEPT = 64


@dataclass(frozen=True, slots=True)
class Span:
    """All units counted under one unit, and the group of each: its place in `children`, or OWN."""

    unit: str
    children: tuple[str, ...]
    units: list[str]
    groups: list[int]

    def only(self, occupied: Collection[str]) -> Span:
        """The same, without units in which nothing is counted."""
        pairs = [(unit, group) for unit, group in zip(self.units, self.groups, strict=True) if unit in occupied]
        return Span(self.unit, self.children, [unit for unit, _ in pairs], [group for _, group in pairs])


def _span(tree: TreeOfDay, unit: str) -> Span:
    own = tree.own(unit)
    units, groups = list(own), [OWN] * len(own)
    children = tree.children(unit)
    for number, child in enumerate(children):
        below = tree.subtree(child)
        units += below
        groups += [number] * len(below)
    return Span(unit, children, units, groups)


class Spans:
    """Spans by unit; those of the last trees asked for are kept, for a page asks for the same ones again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str], tuple[TreeOfDay, Span]] = OrderedDict()

    def of(self, tree: TreeOfDay, unit: str) -> Span:
        """The span of a unit by its id."""
        # The tree is kept with its span, so its identity cannot be taken over by a younger one.
        key = (id(tree), unit)
        if key not in self._kept:
            self._kept[key] = (tree, _span(tree, unit))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key][1]
