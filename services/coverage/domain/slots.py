"""Dated slots: what is folded of a subject, kept whole and append-only.

An entry says: from `day` on, by the event of this `version`, the slot has this value, until its last day. A slot's
value on day D is its entry with the greatest (day, version) among those with day ≤ D; it is empty after `until`.
An entry that ends something by its name (`ident`) leaves another that is in force alone. A void takes
all entries of one event out. So the order in which entries arrive never matters, only their days and versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

__all__ = ["SLOTS", "TEXTUAL", "Entry", "Slot", "in_force", "steps", "sweep", "take", "valid"]

Entry = tuple[int, int, int, int | str, int, str | None]
"""(day, version, slot, value, until, ident). Days are proleptic ordinals; `value` is a code, a count or text (0 with
an `ident`: the slot is empty from that day); `until` is the last day, 0 for open; `ident` names what begins or ends,
"" ends whatever is in force."""


class Slot:
    """The numbers of the slots; they are part of what is stored. A filing has two slots for each year."""

    VOID: Final = 0
    LIFE: Final = 1
    UNIT: Final = 2
    NAME: Final = 3
    CODE: Final = 4
    KIND: Final = 5
    REGISTRY: Final = 6
    SCOPE: Final = 7
    FORMAL: Final = 8
    PROBATIONARY: Final = 9
    ELSEWHERE: Final = 10
    OWN: Final = 11
    MEMBERSHIP: Final = 12
    ADVISER_COMMUNITY: Final = 13
    ADVISER_OTHER: Final = 14
    MASS_UNION: Final = 15
    MASS_YOUTH: Final = 16
    MASS_WOMEN: Final = 17
    RECRUITING: Final = 18
    NOT_READY: Final = 19
    MERGED: Final = 20
    UNCOVERED_REASON: Final = 21
    # A project's and an organisation's own.
    SERVICE: Final = 30
    COVERED: Final = 31
    CLOSED: Final = 32
    FORM: Final = 40
    TYPE: Final = 41
    APPROVED: Final = 42
    ENDED: Final = 43
    TERM_ENDS: Final = 44
    COMMUNITY_PARENT: Final = 45
    BRANCH_COMMITTEE: Final = 46
    CONSULTED: Final = 47
    COVERS: Final = 48
    LEADING_GROUP: Final = 49
    STAFF: Final = 50
    # A slot a year: 100 + year - 2000 and 300 + year - 2000.
    FILED: Final = 100
    ACCEPTED: Final = 300


SLOTS: Final = 512
"""Every slot's number is below."""

TEXTUAL: Final = frozenset({Slot.UNIT, Slot.NAME, Slot.CODE, Slot.COVERS, Slot.UNCOVERED_REASON})
"""The slots whose value is a text."""


def valid(entries: Iterable[Entry]) -> list[Entry]:
    """Without voids and what they take out, by (day, version)."""
    ordered = sorted(entries)
    voided = {entry[3] for entry in ordered if entry[2] == Slot.VOID}
    if voided:
        return [entry for entry in ordered if entry[2] != Slot.VOID and entry[1] not in voided]
    return ordered


_EXPIRY, _MARK = -1, 1 << 40
"""In the place of a version: an expiry comes first on its day, a mark last."""
_NONE = -1
"""In the place of a last day: what is no entry has none, so whoever sees an `until` of 0 sees an entry."""


def steps(entries: list[Entry], marks: Iterable[int] = ()) -> list[Entry]:
    """Everything that happens by day: valid entries, their expiries, and `marks`, days to stop at besides."""
    result = entries.copy()
    result += [(entry[4] + 1, _EXPIRY, entry[2], entry[1], _NONE, None) for entry in entries if entry[4]]
    result += [(day, _MARK, Slot.VOID, 0, _NONE, None) for day in marks]
    result.sort()
    return result


def take(force: dict[int, Entry], step: Entry) -> bool:
    """Bring one step into force, the entries in force by slot; whether it changed anything."""
    day, version, slot, value, until, ident = step
    if version == _EXPIRY:
        held = force.get(slot)
        if held is None or held[1] != value:
            return False
        del force[slot]
    elif value == 0 and ident is not None:
        held = force.get(slot)
        if held is None or (ident and held[5] != ident):
            return False
        del force[slot]
    elif version == _MARK:
        return False
    elif until and until < day:
        return force.pop(slot, None) is not None
    else:
        force[slot] = step
    return True


def sweep(entries: list[Entry], marks: Iterable[int] = ()) -> Iterator[tuple[int, dict[int, Entry]]]:
    """Each day on which something happens, ascending, with the entries in force; always the same dict."""
    force: dict[int, Entry] = {}
    today = 0
    for step in steps(entries, marks):
        if step[0] != today and today:
            yield today, force
        today = step[0]
        take(force, step)
    if today:
        yield today, force


def in_force(entries: Iterable[Entry], day: int) -> dict[int, Entry]:
    """The entry of each slot that decides on a day; a slot that is empty is missing."""
    result: dict[int, Entry] = {}
    for today, force in sweep([entry for entry in valid(entries) if entry[0] <= day]):
        if today > day:
            break
        result = dict(force)
    return result
