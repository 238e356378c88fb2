"""From folded subjects to their rows on a business date: columns in the order of `tables`, days and arrays packed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

from services.coverage.domain.folded import Folded
from services.coverage.domain.keys import FORMS, TYPES
from services.coverage.domain.sites import organisation_life, project_life
from services.coverage.domain.slots import Entry, Slot, in_force, steps, valid
from services.coverage.domain.timeline import Assessor, Segment
from services.coverage.projection.assessed import Assessed, Head
from services.coverage.projection.columns import COMMITTEE, ENTERPRISE, ORGANISATION, PROJECT
from services.coverage.projection.enterprises import assess_enterprises
from services.coverage.projection.packing import day, days, integers, texts
from xianfeng.names import fold_name

__all__ = ["assess"]

_One = Callable[[Head, list[Entry], int], Assessed]


def assess(assessor: Assessor, kind: int, heads: Sequence[Head], facts: Sequence[Folded], today: int) -> list[Assessed]:
    """The rows of subjects of one kind at business date `today` (ordinal), in the order of `heads`."""
    if kind == ENTERPRISE:
        return assess_enterprises(assessor, heads, facts, today)
    one = _KINDS[kind]
    return [one(head, valid(folded.read()), today) for head, folded in zip(heads, facts, strict=True)]


def _project(head: Head, ordered: list[Entry], today: int) -> Assessed:
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


def _organisation(head: Head, ordered: list[Entry], today: int) -> Assessed:
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


def _committee(head: Head, ordered: list[Entry], today: int) -> Assessed:
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


_KINDS: dict[int, _One] = {ORGANISATION: _organisation, PROJECT: _project, COMMITTEE: _committee}


def _day(segment: Segment) -> int:
    return segment.day


def _holding(life: list[Segment], today: int) -> Segment | None:
    at = bisect_right(life, today, key=_day)
    return life[at - 1] if at else None


def _named(force: Mapping[int, Entry], ordered: list[Entry]) -> tuple[str, str]:
    entry = force.get(Slot.NAME) or next((e for e in ordered if e[2] == Slot.NAME), None)
    name = str(entry[3]) if entry else ""
    return name, fold_name(name)


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
