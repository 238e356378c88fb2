"""Dated slots: what a fact says on a day, whatever the order in which it was told."""

from __future__ import annotations

from bisect import bisect_right, insort
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

__all__ = ["Entry", "Slot"]

_effective = attrgetter("effective")
_DAY = timedelta(days=1)


class Entry(NamedTuple):
    """A value from `effective` to `until` (its last day). `value` None: empty from that day on."""

    effective: date
    version: int
    value: Any
    until: date | None


class Slot:
    """A slot's value on D is its entry with the greatest (effective, version) among those with effective ≤ D."""

    __slots__ = ("entries",)

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def put(self, entry: Entry) -> None:
        if not self.entries or self.entries[-1][:2] < entry[:2]:
            # Nearly every fact is told in its order.
            self.entries.append(entry)
        else:
            insort(self.entries, entry, key=lambda e: e[:2])

    def copy(self) -> Slot:
        """Another slot that says the same."""
        other = Slot()
        other.entries = self.entries[:]
        return other

    def drop(self, version: int) -> None:
        """Take out what the event of this version said."""
        self.entries = [entry for entry in self.entries if entry.version != version]

    def entry(self, day: date) -> Entry | None:
        """The entry in force on the day, or None; one whose `until` has passed is not in force."""
        at = bisect_right(self.entries, day, key=_effective)
        found = self.entries[at - 1] if at else None
        if found is None or found.value is None or (found.until is not None and found.until < day):
            return None
        return found

    def on(self, day: date) -> Any:
        found = self.entry(day)
        return None if found is None else found.value

    def says(self, day: date, value: Any, until: date | None) -> bool:
        """Would an entry from this day on, with this value and end, change nothing?"""
        found = self.entry(day)
        if found is None:
            return value is None
        return bool(found.value == value and found.until == until)

    def changes(self) -> list[date]:
        """Every day on which the value may differ from the day before."""
        days = {entry.effective for entry in self.entries}
        days |= {entry.until + _DAY for entry in self.entries if entry.until is not None}
        return sorted(days)

    def next_change(self, day: date) -> date | None:
        """The first of these days after this one."""
        days = [entry.until + _DAY for entry in self.entries if entry.until is not None and entry.until >= day]
        if self.entries and self.entries[-1].effective > day:
            days += [entry.effective for entry in self.entries if entry.effective > day]
        return min(days) if days else None
