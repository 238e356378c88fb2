"""Whole lives of enterprises under a rule set, past and future: from day on, what is counted and what is to be done.

A pure function of the folded entries: no clock, no order of arrival. What compares a date with today is not in it.
All lives of a partition are found at once, column by column: one alone costs little less than a thousand.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import NamedTuple

import numpy as np

from services.coverage.domain.calendar import new_year_from, new_year_of, year_of
from services.coverage.domain.columns import DAY_BITS, DAY_MASK, Bools, Columns, Ints, columns_of
from services.coverage.domain.facts import GONE, Answers, Packing
from services.coverage.domain.folded import Folded, Texts
from services.coverage.domain.force import Force, group_starts, last_in_group
from services.coverage.domain.keys import BASE, FILED, FILED_IN_TIME, REGISTRY_STATUSES
from services.coverage.domain.slots import Slot
from xianfeng.rules import RuleSet

__all__ = ["GONE", "Assessor", "Lives", "Segment", "on"]

_ACTIVE = REGISTRY_STATUSES.index("active")
_NEVER = 1 << 40
_IN_BASE = (Slot.LIFE, Slot.REGISTRY, Slot.SCOPE)
_ANSWER = ("cell", "key", "duty", "due_slot", "deadline", "days")


class Segment(NamedTuple):
    """From `day` until the next segment's. `since` and `due` are ordinals, 0 for none; `key` 0: no longer counted."""

    day: int
    unit: str
    key: int
    cell: int
    since: int
    due: int
    organisation: str


class Lives(NamedTuple):
    """The segments of many enterprises, ascending; those of the n-th are at `start[n]` to `start[n + 1]`.

    `unit` and `organisation` are places in `texts`; one that was never registered has no segment.
    """

    start: Ints
    day: Ints
    unit: Ints
    key: Ints
    cell: Ints
    since: Ints
    due: Ints
    organisation: Ints
    texts: Texts

    def holding(self, day: int) -> Ints:
        """The place of the segment of each that holds on the day, -1 before the first."""
        size = np.diff(self.start)
        begun = np.concatenate(([0], np.cumsum(self.day <= day)))
        before = begun[self.start[1:]] - begun[self.start[:-1]]
        return np.where((size > 0) & (before > 0), self.start[:-1] + before - 1, -1)

    def of(self, place: int) -> list[Segment]:
        """The segments of one."""
        return self.at(np.arange(self.start[place], self.start[place + 1]))

    def at(self, places: Ints) -> list[Segment]:
        """The segments that stand at these places."""
        day, unit, key, cell, since, due, organisation = (column[places].tolist() for column in self[1:8])
        units, organisations = (map(self.texts.__getitem__, names) for names in (unit, organisation))
        return list(map(Segment, day, units, key, cell, since, due, organisations))


class Assessor:
    """Assesses lives under one rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._packing = Packing(rules)
        self._start = rules.start.toordinal()
        self._answers = {started: Answers(rules, started) for started in (False, True)}
        month, day = str(rules.parameters["filing_deadline"].value).split("-")
        self._filing_deadline = (int(month), int(day))

    def life(self, folded: Folded) -> list[Segment]:
        """The segments of an enterprise, ascending; none when it was never registered."""
        return self.lives_of(Force(columns_of([folded]))).of(0)

    def lives_of(self, force: Force) -> Lives:
        """The lives of all subjects, as far as they are enterprises that were registered."""
        columns = force.columns
        subject, day = _points(columns, force, self._start)
        answer = self._answer(force, subject, day)
        starts = group_starts(subject)
        duty = answer["duty"]
        changed = duty != np.where(starts, 0, np.roll(duty, 1))
        opened = last_in_group(changed, starts)
        since = np.where(opened >= 0, day[opened], 0)
        unit, key = _of(columns.value, force.at(Slot.UNIT, subject, day)), self._key(force, subject, day, answer["key"])
        since, due = np.where(duty > 0, since, 0), _due(force, subject, day, since, answer)
        values = (unit, key, answer["cell"], since, due, _organisation(force, subject, day))
        kept = starts.copy()
        for value in values:
            kept[1:] |= value[1:] != value[:-1]
        bounds = np.searchsorted(subject[kept], np.arange(columns.size + 1))
        unit, key, cell, since, due, organisation = (value[kept] for value in values)
        return Lives(bounds, day[kept], unit, key, cell, since, due, organisation, columns.texts)

    def _answer(self, force: Force, subject: Ints, day: Ints) -> dict[str, Ints]:
        """What the facts of each day decide, found once for each index that occurs."""
        index = self._packing.base + _summed(self._packing, force, subject, day)
        found, place = np.unique(index << 1 | (day >= self._start), return_inverse=True)
        answers = [self._answers[bool(one & 1)][one >> 1] for one in found.tolist()]
        table = np.array(answers, np.int64).reshape(len(answers), len(_ANSWER))
        return dict(zip(_ANSWER, table[place].T, strict=True))

    def _key(self, force: Force, subject: Ints, day: Ints, key: Ints) -> Ints:
        """With the marks that need more than the day's facts: who is asked for a filing this year, and made it."""
        asked = _asked(force, subject, day) & (key != 0)
        key = np.where(asked, key | BASE, key)
        if (force.columns.slot >= Slot.ACCEPTED).any():
            some = np.flatnonzero(asked)
            key[some] |= self._filed(force, subject[some], day[some])
        return key

    def _filed(self, force: Force, subject: Ints, day: Ints) -> Ints:
        """The marks of a filing accepted for the day's year; in time when made (or else accepted) by the deadline."""
        year = year_of(day)
        accepted = force.at(Slot.ACCEPTED + year - 2000, subject, day)
        made = force.at(Slot.FILED + year - 2000, subject, day)
        on_day = _of(force.columns.day, np.where(made >= 0, made, accepted))
        month, last = self._filing_deadline
        deadlines = {one: date(one, month, last).toordinal() for one in np.unique(year).tolist()}
        in_time = on_day <= np.fromiter(map(deadlines.__getitem__, year.tolist()), np.int64, len(year))
        return np.where(accepted >= 0, np.where(in_time, FILED | FILED_IN_TIME, FILED), 0)


def on(segments: list[Segment], day: int) -> Segment | None:
    """The segment that holds on a day; None before the enterprise was registered."""
    at = bisect_right(segments, day, key=lambda segment: segment.day)
    return segments[at - 1] if at else None


def _of(column: Ints, places: Ints) -> Ints:
    """The values at these places, 0 where there is none."""
    return np.where(places >= 0, column[places], 0)


def _points(columns: Columns, force: Force, start: int) -> tuple[Ints, Ints]:
    """The days of each subject on which something may change, from its birth on, ascending.

    Besides the days of entries: birth, the rule set's start, the New Year's Days that fix who is asked for a filing,
    and those that begin or end a filing's year.
    """
    born = np.full(columns.size, _NEVER)
    life = columns.slot == Slot.LIFE
    np.minimum.at(born, columns.subject[life], columns.day[life])
    alive = np.flatnonzero(born < _NEVER)
    based, filing = np.isin(columns.slot, _IN_BASE), columns.slot >= Slot.ACCEPTED
    years = 2000 + columns.slot[filing] - Slot.ACCEPTED
    marks = [
        (alive, born[alive]), (alive, np.maximum(born[alive], start)),
        (columns.subject[based], new_year_from(columns.day[based])),
        (columns.subject[filing], new_year_of(years)), (columns.subject[filing], new_year_of(years + 1)),
    ]  # fmt: skip
    keys = [subject << DAY_BITS | day for subject, day in [(force.subject, force.day), *marks]]
    # Sorted here: np.unique hashes, which takes several times as long.
    points = np.sort(np.concatenate(keys))
    points = points[group_starts(points)]
    subject, day = points >> DAY_BITS, points & DAY_MASK
    lived = day >= born[subject]
    return subject[lived], day[lived]


def _summed(packing: Packing, force: Force, subject: Ints, day: Ints) -> Ints:
    """The sum of what every slot adds to the index on each day."""
    slot, entry = force.slot, force.entry
    adds = np.where(entry >= 0, packing.table[slot, np.minimum(force.columns.value[entry], packing.top)], 0)
    adds -= np.where(force.first, 0, np.roll(adds, 1))
    steps = force.subject << DAY_BITS | force.day
    order = np.argsort(steps, kind="stable")
    total = np.concatenate(([0], np.cumsum(adds[order])))
    upto = np.searchsorted(steps[order], subject << DAY_BITS | day, "right")
    before = np.searchsorted(steps[order], subject << DAY_BITS)
    return total[upto] - total[before]


def _asked(force: Force, subject: Ints, day: Ints) -> Bools:
    """Whether each is asked for a filing in the day's year: operating and in scope on its New Year's Day."""
    first = day == new_year_of(year_of(day))
    some = np.flatnonzero(first)
    registry = force.at(Slot.REGISTRY, subject[some], day[some])
    scope = force.at(Slot.SCOPE, subject[some], day[some])
    active: Bools = np.zeros(len(day), np.bool_)
    values = force.columns.value
    active[some] = (registry >= 0) & (values[registry] == _ACTIVE) & ((scope < 0) | (values[scope] == 1))
    fixed = last_in_group(first, group_starts(subject))
    return (fixed >= 0) & active[fixed]


def _due(force: Force, subject: Ints, day: Ints, since: Ints, answer: dict[str, Ints]) -> Ints:
    deadline = answer["deadline"]
    due = np.where((deadline > 0) & (since > deadline), since + answer["days"], deadline)
    bound = np.flatnonzero(answer["due_slot"])
    due[bound] = _of(force.columns.until, force.at(answer["due_slot"][bound], subject[bound], day[bound]))
    return due


def _organisation(force: Force, subject: Ints, day: Ints) -> Ints:
    own, membership = force.at(Slot.OWN, subject, day), force.at(Slot.MEMBERSHIP, subject, day)
    return _of(force.columns.ident, np.where(own >= 0, own, membership))
