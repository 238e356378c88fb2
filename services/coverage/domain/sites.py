"""Projects and organisations as they are counted: their lives are short, and no rule set judges them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from services.coverage.domain.keys import FORMS, TYPES, organisation_key, project_key
from services.coverage.domain.slots import Entry, Slot, sweep, valid
from services.coverage.domain.timeline import Segment

__all__ = ["organisation_life", "project_life"]


def project_life(entries: Iterable[Entry]) -> list[Segment]:
    """A project's segments: served or not, and covered by which form. Closed: no longer counted."""
    return _life(entries, _project)


def organisation_life(entries: Iterable[Entry]) -> list[Segment]:
    """An organisation's segments: counted from its 批复 until it ended."""
    return _life(entries, _organisation)


def _project(force: Mapping[int, Entry]) -> int:
    if Slot.CLOSED in force:
        return 0
    return project_key(Slot.SERVICE in force, FORMS[_code(force, Slot.COVERED)])


def _organisation(force: Mapping[int, Entry]) -> int:
    if Slot.APPROVED not in force or Slot.ENDED in force:
        return 0
    return organisation_key(FORMS[_code(force, Slot.FORM)], TYPES[_code(force, Slot.TYPE)])


def _code(force: Mapping[int, Entry], slot: int) -> int:
    entry = force.get(slot)
    return entry[3] if entry is not None else 0  # type: ignore[return-value]


def _life(entries: Iterable[Entry], key_of: Callable[[Mapping[int, Entry]], int]) -> list[Segment]:
    ordered = valid(entries)
    born = next((entry[0] for entry in ordered if entry[2] == Slot.LIFE), None)
    segments: list[Segment] = []
    if born is None:
        return segments
    for day, force in sweep(ordered, (born,)):
        unit = force.get(Slot.UNIT)
        key = key_of(force)
        place = str(unit[3]) if unit else ""
        if day >= born and not (segments and (segments[-1].key, segments[-1].unit) == (key, place)):
            segments.append(Segment(day, place, key, 0, 0, 0, ""))
    return segments
