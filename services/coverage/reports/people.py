"""Members, advisers and own organisations of many enterprises on a day, as sums: what layouts ask beside statuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from services.coverage.domain.columns import Bools, Ints, columns_of
from services.coverage.domain.folded import Folded
from services.coverage.domain.force import Force
from services.coverage.domain.keys import TYPES
from services.coverage.domain.slots import Slot

__all__ = ["People", "people"]

_COUNTS = (Slot.FORMAL, Slot.PROBATIONARY, Slot.ELSEWHERE, Slot.OWN)
_ADVISERS = (Slot.ADVISER_COMMUNITY, Slot.ADVISER_OTHER)


class People(NamedTuple):
    """Sums over enterprises: `advised` of them have an adviser, `advisers` are different ones.

    `own`: how many have an organisation of their own, by its type in the order of TYPES.
    """

    formal: int = 0
    probationary: int = 0
    elsewhere: int = 0
    advised: int = 0
    advisers: int = 0
    own: tuple[int, ...] = (0,) * len(TYPES)


def people(groups: Mapping[int, Sequence[Folded]], day: date) -> tuple[dict[int, People], People]:
    """Of each group of enterprises, and of all; counts that are not known add nothing."""
    order = [group for group, subjects in groups.items() for _ in subjects]
    force = Force(columns_of([folded for subjects in groups.values() for folded in subjects]))
    if not len(force.keys):
        return dict.fromkeys(groups, People()), People()
    subject = np.arange(len(order))
    on = np.full(len(order), day.toordinal())
    counts = [_values(force, slot, subject, on) for slot in _COUNTS]
    numbers: dict[str, int] = {}
    advisers = [_advisers(force, slot, subject, on, numbers) for slot in _ADVISERS]
    places = np.array(order)
    everyone = _sum(counts, advisers, np.ones(len(order), np.bool_))
    return {group: _sum(counts, advisers, places == group) for group in groups}, everyone


def _values(force: Force, slot: int, subject: Ints, day: Ints) -> Ints:
    at = force.at(slot, subject, day)
    return np.where(at >= 0, force.columns.value[at], 0)


def _advisers(force: Force, slot: int, subject: Ints, day: Ints, numbers: dict[str, int]) -> Ints:
    """A number of the adviser, the same in all enterprises, -1 for none."""
    at, texts = force.at(slot, subject, day), force.columns.texts
    places = np.where(at >= 0, force.columns.ident[at], -1).tolist()
    found = [-1 if place < 0 else numbers.setdefault(texts[place], len(numbers)) for place in places]
    return np.array(found, np.int64)


def _sum(counts: list[Ints], advisers: list[Ints], chosen: Bools) -> People:
    community, other = (column[chosen] for column in advisers)
    advised = int(((community >= 0) | (other >= 0)).sum())
    different = set(community[community >= 0].tolist()) | set(other[other >= 0].tolist())
    formal, probationary, elsewhere = (int(column[chosen].sum()) for column in counts[:3])
    # A slot that holds an organisation says its type, counted from one.
    own = tuple(int((counts[3][chosen] == place).sum()) for place in range(1, len(TYPES) + 1))
    return People(formal, probationary, elsewhere, advised, len(different), own)
