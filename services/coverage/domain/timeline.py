"""An enterprise's whole life under a rule set, past and future: from day on, what is counted and what is to be done.

A pure function of the folded entries: no clock, no order of arrival. What compares a date with today is not in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from services.coverage.domain.facts import GONE, Answers, Packing
from services.coverage.domain.keys import BASE, FILED, FILED_IN_TIME, REGISTRY_STATUSES
from services.coverage.domain.slots import Entry, Slot, steps, take, valid
from xianfeng.rules import RuleSet

__all__ = ["GONE", "Assessor", "Segment", "on"]

_ACTIVE = REGISTRY_STATUSES.index("active")
_NEW_YEARS = frozenset(date(year, 1, 1).toordinal() for year in range(1900, 2200))
_END: Entry = (1 << 40, 0, Slot.VOID, "", 0, "")
_VOID, _UNIT, _OWN, _MEMBERSHIP = Slot.VOID, Slot.UNIT, Slot.OWN, Slot.MEMBERSHIP
_NAMING = frozenset((_OWN, _MEMBERSHIP, Slot.NOT_READY))
"""Slots of which a segment holds more than what they add to the index."""
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


_segment = Segment._make


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

    def life_of(self, ordered: list[Entry]) -> list[Segment]:  # noqa: PLR0912
        """The same of entries that are valid and sorted already. One loop, for a rebuild runs it for everybody."""
        born, files, marks = _scan(ordered, self._start)
        if born is None:
            return []
        index, parts, top = self._packing.base, self._packing.parts, self._packing.top
        answers, start = self._before, self._start
        force: dict[int, Entry] = {}
        added: dict[int, int] = dict.fromkeys(parts, 0)
        segments: list[Segment] = []
        today = base = open_duty = since = 0
        changed, last = False, None
        for step in (*steps(ordered, marks), _END):
            day, _, slot, value, until, ident = step
            if day != today:
                if changed and today >= born:
                    if today in _NEW_YEARS:
                        base = BASE if _active(force) else 0
                    if today >= start:
                        answers = self._answers
                    cell, key, duty, due_slot, due, days = answers[index]
                    if base and key:
                        key |= base | (self._filed(force, today) if files else 0)
                    if duty != open_duty:
                        open_duty, since = duty, today
                    if due_slot:
                        due = force[due_slot][4]
                    elif due and since > due:
                        due = since + days
                    organisation = force.get(_OWN) or force.get(_MEMBERSHIP) or _END
                    new = (force.get(_UNIT, _END)[3], key, cell, since if duty else 0, due, organisation[5])
                    if new != last:
                        last = new
                        segments.append(_segment((today, *new)))
                today, changed = day, False
            if until == 0 and (value or ident is None):
                force[slot] = step
            elif not take(force, step):
                changed = changed or slot == _VOID
                continue
            row = parts.get(slot)
            if row is None or slot in _NAMING:
                changed = True
            if row is not None:
                now = row[value if value < top else top] if slot in force else 0  # type: ignore[operator,index]
                if now != added[slot]:
                    index += now - added[slot]
                    added[slot] = now
                    changed = True
        return segments

    def _filed(self, force: Mapping[int, Entry], day: int) -> int:
        """The marks of a filing accepted for the day's year; in time when made (or else accepted) by the deadline."""
        year = date.fromordinal(day).year
        accepted = force.get(Slot.ACCEPTED + year - 2000)
        if accepted is None:
            return 0
        made = force.get(Slot.FILED + year - 2000, accepted)
        in_time = made[0] <= date(year, *self._filing_deadline).toordinal()
        return FILED | FILED_IN_TIME if in_time else FILED


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
