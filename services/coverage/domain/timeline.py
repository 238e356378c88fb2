"""An enterprise's whole life under a rule set, past and future: from day on, what is counted and what is to be done.

A pure function of the folded entries: no clock, no order of arrival. What compares a date with today is not in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from services.coverage.domain.facts import MASS_SLOTS, Answers, Packing
from services.coverage.domain.keys import BASE, BRANCH_OFFICE, FILED, FILED_IN_TIME, REGISTRY_STATUSES
from services.coverage.domain.slots import Entry, Slot, steps, take, valid
from xianfeng.rules import RuleSet

__all__ = ["GONE", "Assessor", "Segment", "on"]

GONE = -1
"""The cell of a record that does not count (merged into another)."""

_ACTIVE = REGISTRY_STATUSES.index("active")
_NEW_YEARS = frozenset(date(year, 1, 1).toordinal() for year in range(1900, 2200))
_IN_BASE = frozenset((Slot.LIFE, Slot.REGISTRY, Slot.SCOPE))


class Segment(msgspec.Struct, frozen=True, gc=False):
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
        born = next((entry[0] for entry in ordered if entry[2] == Slot.LIFE), None)
        if born is None:
            return []
        walk = _Walk(self, born, any(entry[2] >= Slot.ACCEPTED for entry in ordered))
        packing, force, index, added = self._packing, walk.force, self._packing.base, [0] * 64
        today = 0
        for step in steps(ordered, _marks(ordered, born, self._start)):
            if step[0] != today:
                if today >= born:
                    walk.stop(today, index)
                today = step[0]
            slot = step[2]
            if take(force, step) and slot in packing.decides:
                shared = Slot.MASS_UNION if slot in MASS_SLOTS else slot
                now = packing.step(slot, force)
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

    def __init__(self, assessor: Assessor, born: int, files: bool) -> None:
        self.force: dict[int, Entry] = {}
        self.segments: list[Segment] = []
        self._assessor, self._files = assessor, files
        self._base = self._duty = self._since = 0
        self._last: tuple[str, int, int, int, int, str] | None = None

    def stop(self, day: int, index: int) -> None:
        """The end of a day on which something may have changed."""
        force = self.force
        if day in _NEW_YEARS:
            self._base = BASE if _active(force) else 0
        if Slot.MERGED in force:
            cell, key, duty, due = GONE, 0, 0, 0
            self._duty = 0
        else:
            cell, key, duty, due_slot, deadline, days = self._assessor.answers(day)[index]
            key |= self._base | self._marks(day)
            if duty != self._duty:
                self._duty, self._since = duty, day
            due = force[due_slot][4] if due_slot else deadline
            if deadline and self._since > deadline:
                due = self._since + days
        unit, organisation = force.get(Slot.UNIT), force.get(Slot.OWN) or force.get(Slot.MEMBERSHIP)
        new = (
            unit[3] if unit else "", key, cell, self._since if duty else 0, due,
            organisation[5] if organisation else "",
        )  # fmt: skip
        if new != self._last:
            self._last = new  # type: ignore[assignment]
            self.segments.append(Segment(day, *new))  # type: ignore[arg-type]

    def _marks(self, day: int) -> int:
        kind = self.force.get(Slot.KIND)
        marks = BRANCH_OFFICE if kind is not None and kind[3] else 0
        return marks | self._assessor.filed(self.force, day) if self._files and self._base else marks


def on(segments: list[Segment], day: int) -> Segment | None:
    """The segment that holds on a day; None before the enterprise was registered."""
    at = bisect_right(segments, day, key=lambda segment: segment.day)
    return segments[at - 1] if at else None


def _marks(ordered: list[Entry], born: int, start: int) -> set[int]:
    """Days on which something may change without an entry: birth, the rule set's start, some New Year's Days."""
    marks = {born, max(born, start)}
    for entry in ordered:
        slot = entry[2]
        if slot in _IN_BASE:
            marks.add(_new_year(max(entry[0], born)))
        elif slot >= Slot.ACCEPTED:
            year = 2000 + slot - Slot.ACCEPTED
            marks.add(max(born, date(year, 1, 1).toordinal()))
            marks.add(max(born, date(year + 1, 1, 1).toordinal()))
    return marks


def _active(force: Mapping[int, Entry]) -> bool:
    registry, scope = force.get(Slot.REGISTRY), force.get(Slot.SCOPE)
    return registry is not None and registry[3] == _ACTIVE and (scope is None or scope[3] == 1)


def _new_year(day: int) -> int:
    """The first 1 January from this day on."""
    return day if day in _NEW_YEARS else date(date.fromordinal(day).year + 1, 1, 1).toordinal()
