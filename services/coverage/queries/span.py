"""A unit and its children, ready for one SQL statement: which unit's counts belong to which child."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from xianfeng.units import TreeOfDay

__all__ = ["OWN", "UPPER", "Member", "Span", "Spans"]

OWN = -1
"""The group of what is placed at the unit itself."""

UPPER = frozenset({"nation", "province", "city"})
"""Levels at which an enterprise still waits for its county or street (待落位)."""

_KEPT = 64


class Member(NamedTuple):
    """A unit counted under another; `group` is the place of its child, or OWN; `upper`: its level is in UPPER."""

    unit: str
    group: int
    upper: bool


@dataclass(frozen=True)
class Span:
    """All units counted under one unit.

    `units_text` and `groups_text` are what statements split again (by line): a text travels in a tenth of the time
    of an array, and is made once. A group's text is doubled, plus one if upper.
    """

    unit: str
    children: tuple[str, ...]
    members: tuple[Member, ...]
    units_text: str = field(init=False, repr=False)
    groups_text: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "units_text", "\n".join(member.unit for member in self.members))
        groups = (str(member.group * 2 + member.upper) for member in self.members)
        object.__setattr__(self, "groups_text", "\n".join(groups))

    def only(self, occupied: Collection[str]) -> Span:
        """The same, without units in which nothing is counted."""
        members = (self._by_unit.get(unit) for unit in occupied)
        return Span(self.unit, self.children, tuple(member for member in members if member is not None))

    @cached_property
    def _by_unit(self) -> dict[str, Member]:
        return {member.unit: member for member in self.members}


def _span(tree: TreeOfDay, unit: str, whole: bool) -> Span:
    if whole:
        return Span(unit, (), tuple(Member(below, OWN, tree.level(below) in UPPER) for below in tree.subtree(unit)))
    children = tree.children(unit)
    return Span(unit, children, tuple(_members(tree, unit, children)))


def _members(tree: TreeOfDay, unit: str, children: tuple[str, ...]) -> Iterator[Member]:
    for own in tree.own(unit):
        yield Member(own, OWN, tree.level(own) in UPPER)
    for group, child in enumerate(children):
        for below in tree.subtree(child):
            yield Member(below, group, tree.level(below) in UPPER)


class Spans:
    """Spans by unit; those of the last trees asked for are kept, for a page asks for the same ones again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str, bool], tuple[object, Span]] = OrderedDict()

    def of(self, tree: TreeOfDay, unit: str, *, whole: bool = False) -> Span:
        """The span of a unit by its id; `whole`: all below it as one group, its children not told apart."""
        # The shape is kept with its span, so its identity cannot be taken over by a younger one.
        key = (id(tree.shape), unit, whole)
        if key not in self._kept:
            self._kept[key] = (tree.shape, _span(tree, unit, whole))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key][1]
