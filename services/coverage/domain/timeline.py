"""An enterprise's whole life under a rule set, past and future: from day on, what is counted and what is to be done.

A pure function of the folded entries: no clock, no order of arrival. What compares a date with today is not in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec

from services.coverage.domain.facts import Packing
from services.coverage.domain.keys import (
    BASE,
    BRANCH_OFFICE,
    DUTIES,
    FILED,
    FILED_IN_TIME,
    MEMBERS,
    RECRUITING_ALONE,
    REGISTRY_STATUSES,
    STATUSES,
    TO_SETTLE,
    enterprise_key,
)
from services.coverage.domain.slots import Entry, Slot, sweep, valid
from xianfeng.rules import RuleSet

__all__ = ["GONE", "Assessor", "Segment", "on"]

GONE = -1
"""The cell of a record that does not count (merged into another)."""

_ACTIVE = REGISTRY_STATUSES.index("active")
_ENDED_BY_REGISTRY = frozenset(map(REGISTRY_STATUSES.index, ("revoked", "deregistered")))
_WORK = STATUSES.index("work")


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
        self._table = rules.table
        self._start = rules.start.toordinal()
        self._threshold = rules.number("form_threshold")
        self._elsewhere_counts = rules.parameters["elsewhere_counts_as_members"].value is True
        month, day = str(rules.parameters["filing_deadline"].value).split("-")
        self._filing_deadline = int(month), int(day)
        self._codes = [(STATUSES.index(c.status), DUTIES.index(c.duty)) for c in rules.cells]
        self._before = [self._without_duty(n) for n in range(len(rules.cells))]
        self._dues = [self._due_rule(rules.dues[c.due].name) for c in rules.cells]

    def life(self, entries: Iterable[Entry]) -> list[Segment]:
        """The segments of an enterprise, ascending; none when it was never registered."""
        ordered = valid(entries)
        births = [entry[0] for entry in ordered if entry[2] == Slot.LIFE]
        if not births:
            return []
        born = births[0]
        segments: list[Segment] = []
        for segment in self._segments(ordered, born, self._marks(ordered, born)):
            if not segments or not _same(segments[-1], segment):
                segments.append(segment)
        return segments

    def _segments(self, ordered: list[Entry], born: int, marks: Iterable[int]) -> Iterator[Segment]:
        packing, index = self._packing, self._packing.base
        added: dict[int, int] = {}
        base, duty, since = False, 0, 0
        for day, force, touched in sweep(ordered, marks):
            for slot in touched:
                step = packing.step(slot, force.get(slot))
                index += step - added.get(slot, 0)
                added[slot] = step
            if day < born:
                continue
            today = date.fromordinal(day)
            if today.month == 1 and today.day == 1:
                base = born <= day and _active(force)
            segment_duty = 0
            if Slot.MERGED in force:
                cell, key, due = GONE, 0, 0
            else:
                cell = self._table[index + packing.mass(force)]
                if day < self._start:
                    cell = self._before[cell]
                status, segment_duty = self._codes[cell]
                key = enterprise_key(
                    status, segment_duty, self._members(force), _value(force, Slot.REGISTRY, 6),
                    self._marks_of(force, status, base, today),
                )  # fmt: skip
            if segment_duty != duty:
                duty, since = segment_duty, day
            if cell != GONE:
                due = self._due(cell, since, force)
            unit = force.get(Slot.UNIT)
            yield Segment(
                day, str(unit[3]) if unit else "", key, cell, since if duty else 0, due, _organisation(force)
            )  # fmt: skip

    def _marks(self, ordered: list[Entry], born: int) -> set[int]:
        """Days on which something may change without an entry: birth, the rule set's start, some New Year's Days."""
        marks = {born, max(born, self._start)}
        for entry in ordered:
            slot = entry[2]
            if slot in (Slot.LIFE, Slot.REGISTRY, Slot.SCOPE):
                marks.add(_new_year(max(entry[0], born)))
            elif slot >= Slot.FILED:
                year = 2000 + slot - (Slot.ACCEPTED if slot >= Slot.ACCEPTED else Slot.FILED)
                marks.add(max(born, date(year, 1, 1).toordinal()))
                marks.add(max(born, date(year + 1, 1, 1).toordinal()))
        return marks

    def _members(self, force: Mapping[int, Entry]) -> int:
        formal = force.get(Slot.FORMAL)
        if formal is None:
            return MEMBERS.index("unknown")
        if formal[3]:
            return 5 if formal[3] >= self._threshold else 4  # type: ignore[operator]
        if _value(force, Slot.PROBATIONARY, 0):
            return 3
        return 2 if _value(force, Slot.ELSEWHERE, 0) and self._elsewhere_counts else 1

    def _marks_of(self, force: Mapping[int, Entry], status: int, base: bool, today: date) -> int:
        marks = BASE if base else 0
        if _value(force, Slot.KIND, 0):
            marks |= BRANCH_OFFICE
        if base and Slot.ACCEPTED + today.year - 2000 in force:
            marks |= FILED
            if self._in_time(force, today.year):
                marks |= FILED_IN_TIME
        if status == _WORK and Slot.RECRUITING in force and not _worked(force):
            marks |= RECRUITING_ALONE
        stands = Slot.OWN in force or Slot.MEMBERSHIP in force
        if stands and _value(force, Slot.REGISTRY, 6) in _ENDED_BY_REGISTRY:
            marks |= TO_SETTLE
        return marks

    def _in_time(self, force: Mapping[int, Entry], year: int) -> bool:
        """Whether the filing was made by the deadline; without a record of its making, whether it was accepted so."""
        accepted = force[Slot.ACCEPTED + year - 2000]
        made = force.get(Slot.FILED + year - 2000, accepted)
        return made[0] <= date(year, *self._filing_deadline).toordinal()

    def _without_duty(self, cell: int) -> int:
        """The cell that stands for this one before the rule set began: the same status, nothing to be done."""
        status = self.rules.cells[cell].status
        for n, other in enumerate(self.rules.cells):
            if other.status == status and not other.duty:
                return n
        raise ValueError(f"{self.rules.name}: status {status} has no cell without a duty, add a row that gives one")

    def _due_rule(self, name: str) -> tuple[int, int, int]:
        """(slot whose last day is the due day or 0, deadline or 0, days after `since`)."""
        rule = self.rules.dues[name]
        slot = Slot.NOT_READY if rule.until_of == "not_ready" else 0
        return slot, rule.deadline.toordinal() if rule.deadline else 0, rule.days

    def _due(self, cell: int, since: int, force: Mapping[int, Entry]) -> int:
        slot, deadline, days = self._dues[cell]
        if slot:
            return force[slot][4]
        return deadline if since <= deadline else since + days if deadline else 0


def on(segments: list[Segment], day: int) -> Segment | None:
    """The segment that holds on a day; None before the enterprise was registered."""
    at = bisect_right(segments, day, key=lambda segment: segment.day)
    return segments[at - 1] if at else None


def _same(a: Segment, b: Segment) -> bool:
    return (a.key, a.cell, a.since, a.due, a.unit, a.organisation) == (
        b.key, b.cell, b.since, b.due, b.unit, b.organisation,
    )  # fmt: skip


def _value(force: Mapping[int, Entry], slot: int, empty: int) -> int:
    entry = force.get(slot)
    return entry[3] if entry is not None else empty  # type: ignore[return-value]


def _active(force: Mapping[int, Entry]) -> bool:
    return _value(force, Slot.REGISTRY, 6) == _ACTIVE and _value(force, Slot.SCOPE, 1) == 1


def _worked(force: Mapping[int, Entry]) -> bool:
    work = (Slot.ADVISER_COMMUNITY, Slot.ADVISER_OTHER, Slot.MASS_UNION, Slot.MASS_YOUTH, Slot.MASS_WOMEN)
    return any(slot in force for slot in work)


def _organisation(force: Mapping[int, Entry]) -> str:
    entry = force.get(Slot.OWN) or force.get(Slot.MEMBERSHIP)
    return (entry[5] or "") if entry else ""


def _new_year(day: int) -> int:
    """The first 1 January from this day on."""
    today = date.fromordinal(day)
    return day if today.month == 1 and today.day == 1 else date(today.year + 1, 1, 1).toordinal()
