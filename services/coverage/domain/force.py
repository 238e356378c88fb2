"""Which entry of a slot is in force on a day: the rule of `slots`, for all subjects and slots at once."""

from __future__ import annotations

import numpy as np

from services.coverage.domain.columns import DAY_BITS, DAY_MASK, Bools, Columns, Ints

__all__ = ["Force", "group_starts", "last_in_group"]

_SLOT_BITS = 9
_NONE = -1


class Force:
    """Every step that brings an entry into force or takes one out, by subject, slot and day.

    `entry` is the place of what is in force from this step on in `columns`, -1 for nothing.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        place = np.arange(len(columns.day))
        # An entry ends by its name, is over before it begins, or begins.
        ends = (columns.value == 0) & (columns.ident >= 0)
        begins = ~ends & ((columns.until == 0) | (columns.until >= columns.day))
        expiring = np.flatnonzero(columns.until > 0)
        subject = np.concatenate((columns.subject, columns.subject[expiring]))
        slot = np.concatenate((columns.slot, columns.slot[expiring]))
        day = np.concatenate((columns.day, columns.until[expiring] + 1))
        # What expires does so first on its day.
        version = np.concatenate((columns.version, np.full(len(expiring), _NONE)))
        keys = self._key(subject, slot, day)
        order = np.lexsort((version, keys))
        entry = np.concatenate((np.where(begins, place, _NONE), np.full(len(expiring), _NONE)))[order]
        by = np.concatenate((place, expiring))[order]
        names = np.concatenate((np.where(ends, columns.ident, 0), np.full(len(expiring), _NONE)))[order]
        before = last_in_group(entry >= 0, group_starts(keys[order] >> DAY_BITS))
        held = np.where(before >= 0, entry[before], _NONE)
        named = (names == 0) | ((names > 0) & (held >= 0) & (columns.ident[held] == names))
        expires = (names == _NONE) & (held == by)
        counts = (entry >= 0) | named | expires
        self.keys, self.entry = keys[order][counts], entry[counts]

    @staticmethod
    def _key(subject: Ints, slot: Ints | int, day: Ints) -> Ints:
        return (subject << _SLOT_BITS | slot) << DAY_BITS | day

    @property
    def slot(self) -> Ints:
        return self.keys >> DAY_BITS & (1 << _SLOT_BITS) - 1

    @property
    def subject(self) -> Ints:
        return self.keys >> DAY_BITS + _SLOT_BITS

    @property
    def day(self) -> Ints:
        return self.keys & DAY_MASK

    @property
    def first(self) -> Bools:
        """Whether a step is the first of its subject's slot."""
        return group_starts(self.keys >> DAY_BITS)

    def first_of(self, slot: int, subject: Ints) -> Ints:
        """The place of the first entry of each subject's slot, -1 for none."""
        wanted = self._key(subject, slot, np.zeros_like(subject))
        return self._step(np.searchsorted(self.keys, wanted), wanted)

    def next_of(self, slot: int, subject: Ints, day: Ints) -> Ints:
        """The next later day on which each subject's slot changes, 0 for none."""
        wanted = self._key(subject, slot, day)
        found = np.searchsorted(self.keys, wanted, "right")
        return np.where(self._step(found, wanted) >= 0, self.day[np.minimum(found, len(self.keys) - 1)], 0)

    def at(self, slot: Ints | int, subject: Ints, day: Ints) -> Ints:
        """The place of the entry in force, -1 for none, on each subject's day."""
        wanted = self._key(subject, slot, day)
        return self._step(np.searchsorted(self.keys, wanted, "right") - 1, wanted)

    def _step(self, found: Ints, wanted: Ints) -> Ints:
        """The entry of each step that was found, when it is one of the wanted subject's slot."""
        at = np.minimum(found, len(self.keys) - 1)
        same = (found == at) & (found >= 0) & (self.keys[at] >> DAY_BITS == wanted >> DAY_BITS)
        return np.where(same, self.entry[at], _NONE)


def group_starts(keys: Ints) -> Bools:
    """Where a run of equal keys begins."""
    starts = np.ones(len(keys), np.bool_)
    starts[1:] = keys[1:] != keys[:-1]
    return starts


def last_in_group(marked: Bools, starts: Bools) -> Ints:
    """The place of the last marked one up to each, within its group; -1 for none."""
    place = np.arange(len(marked))
    last = np.maximum.accumulate(np.where(marked, place, _NONE))
    return np.where(last >= np.maximum.accumulate(np.where(starts, place, 0)), last, _NONE)
