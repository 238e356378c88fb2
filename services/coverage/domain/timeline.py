"""An enterprise's whole life under a rule set, past and future: from day on, what is counted and what is to be done.

A pure function of the folded entries: no clock, no order of arrival. What compares a date with today is not in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from services.coverage.domain.facts import Answers, Packing
from services.coverage.domain.keys import BASE, BRANCH_OFFICE, FILED, FILED_IN_TIME, REGISTRY_STATUSES
from services.coverage.domain.slots import Entry, Slot, steps, take, valid
from xianfeng.rules import RuleSet

__all__ = ["GONE", "Assessor", "Segment", "on"]

GONE = -1
"""The cell of a record that does not count (merged into another)."""

_ACTIVE = REGISTRY_STATUSES.index("active")
_NEW_YEARS = frozenset(date(year, 1, 1).toordinal() for year in range(1900, 2200))
_IN_BASE = frozenset((Slot.LIFE, Slot.REGISTRY, Slot.SCOPE))


class Segment(NamedTuple):
    """From `day` until the next segment's. `since` and `due` are ordinals, 0 for none; `key` 0: no longer counted."""

    day: int
    unit: str
    key: int
    cell: int
    since: int
    due: int
    organisation: str


class Assessor:
    """Assesses lives under one rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._packing = Packing(rules)
        self._start = rules.start.toordinal()
        self._answers, self._before = Answers(rules, started=True), Answers(rules, started=False)
        month, day = str(rules.parameters["filing_deadline"].value).split("-")
        self._filing_deadline = int(month), int(day)

    def life(self, entries: Iterable[Entry]) -> list[Segment]:
        """The segments of an enterprise, ascending; none when it was never registered."""
        return self.life_of(valid(entries))

    def life_of(self, ordered: list[Entry]) -> list[Segment]:
        """The same of entries that are valid and sorted already."""
        born, files, marks = _scan(ordered, self._start)
        if born is None:
            return []
        packing, walk = self._packing, _Walk(self, files)
        force, decides, index, added = walk.force, packing.decides, packing.base, [0] * 64
        today, changed = 0, False
        for step in steps(ordered, marks):
            day, _, slot, value, until, ident = step
            if day != today:
                if changed and today >= born:
                    walk.stop(today, index)
                today, changed = day, False
            if until == 0 and (value or ident is None):
                force[slot] = step
            elif not take(force, step):
                changed = changed or slot == Slot.VOID
                continue
            changed = True
            if slot in decides:
                now, shared = packing.step(slot, force), packing.shared(slot)
                index += now - added[shared]
                added[shared] = now
        walk.stop(today, index)
        return walk.segments

    def answers(self, day: int) -> Answers:
        """The answers of the day: before the rule set's start nothing is to be done."""
        return self._answers if day >= self._start else self._before

    def filed(self, force: Mapping[int, Entry], day: int) -> int:
        """The marks of a filing accepted for the day's year; in time when made (or else accepted) by the deadline."""
        year = date.fromordinal(day).year
        accepted = force.get(Slot.ACCEPTED + year - 2000)
        if accepted is None:
            return 0
        made = force.get(Slot.FILED + year - 2000, accepted)
        in_time = made[0] <= date(year, *self._filing_deadline).toordinal()
        return FILED | FILED_IN_TIME if in_time else FILED


class _Walk:
    """One life under way: what runs on from day to day."""

    __slots__ = ("_assessor", "_base", "_duty", "_files", "_last", "_since", "force", "segments")

    def __init__(self, assessor: Assessor, files: bool) -> None:
        self.force: dict[int, Entry] = {}
        self.segments: list[Segment] = []
        self._assessor, self._files = assessor, files
        self._base = self._duty = self._since = 0
        self._last: tuple[object, ...] = ()

    def stop(self, day: int, index: int) -> None:
        """The end of a day on which something may have changed."""
        force = self.force
        if day in _NEW_YEARS:
            self._base = BASE if _active(force) else 0
        if Slot.MERGED in force:
            cell, key, duty, due = GONE, 0, 0, 0
            self._duty = 0
        else:
            cell, key, duty, due_slot, due, days = self._assessor.answers(day)[index]
            if Slot.KIND in force and force[Slot.KIND][3]:
                key |= BRANCH_OFFICE
            key |= self._base
            if self._files and self._base:
                key |= self._assessor.filed(force, day)
            if duty != self._duty:
                self._duty, self._since = duty, day
            if due_slot:
                due = force[due_slot][4]
            elif due and self._since > due:
                due = self._since + days
        organisation = force.get(Slot.OWN) or force.get(Slot.MEMBERSHIP)
        unit = force[Slot.UNIT][3] if Slot.UNIT in force else ""
        new = (unit, key, cell, self._since if duty else 0, due, organisation[5] if organisation else "")
        if new != self._last:
            self._last = new
            self.segments.append(Segment(day, *new))  # type: ignore[arg-type]


def on(segments: list[Segment], day: int) -> Segment | None:
    """The segment that holds on a day; None before the enterprise was registered."""
    at = bisect_right(segments, day, key=lambda segment: segment.day)
    return segments[at - 1] if at else None


def _scan(ordered: list[Entry], start: int) -> tuple[int | None, bool, set[int]]:
    """Day of birth, whether there are filings, and the days on which something may change without an entry: birth,
    the rule set's start, the New Year's Days that fix who is asked for a filing or end a filing's year."""
    born, files, marks = None, False, set()
    for entry in ordered:
        slot = entry[2]
        if slot in _IN_BASE:
            marks.add(_new_year(entry[0]))
            if slot == Slot.LIFE and born is None:
                born = entry[0]
        elif slot >= Slot.ACCEPTED:
            files = True
            year = 2000 + slot - Slot.ACCEPTED
            marks |= {date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()}
    if born is not None:
        marks |= {born, max(born, start)}
    return born, files, marks


def _active(force: Mapping[int, Entry]) -> bool:
    registry, scope = force.get(Slot.REGISTRY), force.get(Slot.SCOPE)
    return registry is not None and registry[3] == _ACTIVE and (scope is None or scope[3] == 1)


@lru_cache(maxsize=65536)
def _new_year(day: int) -> int:
    """The first 1 January from this day on."""
    return day if day in _NEW_YEARS else date(date.fromordinal(day).year + 1, 1, 1).toordinal()
