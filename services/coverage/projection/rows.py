"""From a folded subject to its row on a business date: columns in the order of `tables`, days and arrays packed."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from services.coverage.domain.keys import FORMS, TYPES
from services.coverage.domain.sites import organisation_life, project_life
from services.coverage.domain.slots import Entry, Slot, in_force, steps, valid
from services.coverage.domain.timeline import GONE, Assessor, Segment
from services.coverage.projection.columns import COMMITTEE, ENTERPRISE, ORGANISATION, PROJECT
from services.coverage.projection.packing import day, days, integers, smallints, texts

__all__ = ["Assessed", "assess", "folded_name"]


_NAMED = frozenset((Slot.NAME, Slot.CODE))


class Assessed:
    """A subject on a day: its row (None: there is none), what is counted of it, and the segment that holds."""

    __slots__ = ("counted", "row", "segment")

    def __init__(self, row: tuple[Any, ...] | None, segment: Segment | None) -> None:
        self.row, self.segment = row, segment
        counts = row is not None and segment is not None and segment.key
        self.counted = (segment.unit, segment.key, segment.due) if counts and segment is not None else None


def assess(assessor: Assessor, kind: int, head: tuple[str, int, int], entries: list[Entry], today: int) -> Assessed:
    """The row of one subject at business date `today` (ordinal); `head` is (subject, partition, version)."""
    return _KINDS[kind](assessor, head, valid(entries), today)


def _enterprise(assessor: Assessor, head: tuple[str, int, int], ordered: list[Entry], today: int) -> Assessed:
    life = assessor.life_of(ordered)
    if not life:
        return Assessed(None, None)
    when, units, keys, cells, sinces, dues, _ = zip(*life, strict=True)
    at = bisect_right(when, today)
    now = life[at - 1] if at else None
    held = now if now is not None and now.cell != GONE else None
    name, code, renamed = _names(ordered, today)
    status = duty = None
    if held is not None:
        cell = assessor.rules.cells[held.cell]
        status, duty = cell.status, cell.duty or None
    changes = ([life[at].day] if at < len(life) else []) + renamed
    moved = len(set(units)) > 1
    row = (
        *head, code, name, folded_name(name), (now or life[0]).unit, status, duty,
        day(held.since) if held else None, day(held.due) if held else None, held.cell if held else None,
        now.key if now else 0, (held.organisation or None) if held else None, day(min(changes, default=0)), moved,
        days(when), integers(keys), smallints(cells), days(sinces), days(dues), texts(units) if moved else None,
    )  # fmt: skip
    return Assessed(row, now)


def _names(ordered: list[Entry], today: int) -> tuple[str, str, list[int]]:
    """Name and code on the day (before there are any: the first), and the next day on which one changes."""
    name = code = ""
    later: list[int] = []
    for entry in ordered:
        if entry[2] in _NAMED:
            when, _, slot, value, _, _ = entry
            if when > today:
                later = later or [when]
            if slot == Slot.NAME and (when <= today or not name):
                name = str(value)
            elif slot == Slot.CODE and (when <= today or not code):
                code = str(value)
    return name, code, later


def _project(_: Assessor, head: tuple[str, int, int], ordered: list[Entry], today: int) -> Assessed:
    life = project_life(ordered)
    if not life:
        return Assessed(None, None)
    force, now = in_force(ordered, today), _holding(life, today)
    covered = force.get(Slot.COVERED)
    row = (
        *head, *_named(force, ordered), (now or life[0]).unit, _ident(force, Slot.SERVICE), _ident(force, Slot.COVERED),
        FORMS[int(covered[3])] if covered else None, now.key if now else 0, _next(ordered, today), *_arrays(life),
    )  # fmt: skip
    return Assessed(row, now)


def _organisation(_: Assessor, head: tuple[str, int, int], ordered: list[Entry], today: int) -> Assessed:
    life = organisation_life(ordered)
    if not life:
        return Assessed(None, None)
    force, now = in_force(ordered, today), _holding(life, today)
    row = (
        *head, *_named(force, ordered), (now or life[0]).unit, FORMS[_number(force, Slot.FORM)],
        TYPES[_number(force, Slot.TYPE)], str(force[Slot.COVERS][3]) if Slot.COVERS in force else None,
        bool(now and now.key), day(_number(force, Slot.TERM_ENDS)), day(_number(force, Slot.CONSULTED)),
        bool(_number(force, Slot.COMMUNITY_PARENT)), bool(_number(force, Slot.BRANCH_COMMITTEE)),
        now.key if now else 0, _next(ordered, today), *_arrays(life),
    )  # fmt: skip
    return Assessed(row, now)


def _committee(_: Assessor, head: tuple[str, int, int], ordered: list[Entry], today: int) -> Assessed:
    formed = next((entry[0] for entry in ordered if entry[2] == Slot.LIFE), None)
    if formed is None:
        return Assessed(None, None)
    force = in_force(ordered, max(today, formed))
    ended = next((entry[0] for entry in ordered if entry[2] == Slot.ENDED), 0)
    name, unit = str(force[Slot.NAME][3]), str(force[Slot.UNIT][3])
    row = (
        *head, name, unit, _number(force, Slot.LEADING_GROUP), _number(force, Slot.STAFF), day(formed), day(ended)
    )  # fmt: skip
    return Assessed(row, None)


_KINDS = {ENTERPRISE: _enterprise, ORGANISATION: _organisation, PROJECT: _project, COMMITTEE: _committee}


def folded_name(name: str) -> str:
    """A name as it is searched: compatibility forms made one, case folded, without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _day(segment: Segment) -> int:
    return segment.day


def _holding(life: list[Segment], today: int) -> Segment | None:
    at = bisect_right(life, today, key=_day)
    return life[at - 1] if at else None


def _named(force: Mapping[int, Entry], ordered: list[Entry]) -> tuple[str, str]:
    entry = force.get(Slot.NAME) or next((e for e in ordered if e[2] == Slot.NAME), None)
    name = str(entry[3]) if entry else ""
    return name, folded_name(name)


def _ident(force: Mapping[int, Entry], slot: int) -> str | None:
    return force[slot][5] if slot in force else None


def _number(force: Mapping[int, Entry], slot: int) -> int:
    return int(force[slot][3]) if slot in force else 0


def _next(ordered: list[Entry], today: int) -> bytes | None:
    """The next day on which any slot changes."""
    return day(min((step[0] for step in steps(ordered) if step[0] > today), default=0))


def _arrays(life: list[Segment]) -> tuple[bool, bytes, bytes, bytes | None]:
    when, units, keys, *_ = zip(*life, strict=True)
    moved = len(set(units)) > 1
    return moved, days(when), integers(keys), texts(units) if moved else None
