"""The rows of many enterprises at once, from their lives as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.coverage.domain.columns import Ints, columns_of
from services.coverage.domain.folded import Folded
from services.coverage.domain.force import Force
from services.coverage.domain.slots import Slot
from services.coverage.domain.timeline import GONE, Assessor, Lives, Segment
from services.coverage.projection.assessed import Assessed, Head
from services.coverage.projection.packing import day, many_days, many_integers, many_smallints, texts
from xianfeng.names import fold_name

__all__ = ["assess_enterprises"]

_NEVER = 1 << 40


def assess_enterprises(
    assessor: Assessor, heads: Sequence[Head], facts: Sequence[Folded], today: int
) -> list[Assessed]:
    """Each enterprise at business date `today` (ordinal), in the order of `heads`."""
    force = Force(columns_of(facts))
    lives = assessor.lives_of(force)
    if not len(lives.day):
        return [Assessed(None, None) for _ in heads]
    at = lives.holding(today)
    # Of one without a life, any segment: its row is left out.
    shown = np.minimum(np.where(at >= 0, at, lives.start[:-1]), len(lives.day) - 1)
    columns = zip(
        heads, np.diff(lives.start).tolist(), (at >= 0).tolist(), lives.at(shown),
        _texts(force, Slot.NAME, today), _texts(force, Slot.CODE, today), _next_change(lives, force, at, today),
        *_packed(lives), strict=True,
    )  # fmt: skip
    return [_assessed(assessor, *one) for one in columns]


def _assessed(  # noqa: PLR0917 - one row's worth
    assessor: Assessor, head: Head, size: int, begun: bool, shown: Segment, name: str, code: str, change: int,
    when: bytes, keys: bytes, cells: bytes, sinces: bytes, dues: bytes, units: bytes | None,
) -> Assessed:  # fmt: skip
    if not size:
        return Assessed(None, None)
    now = shown if begun else None
    held = now if now is not None and now.cell != GONE else None
    cell = assessor.rules.cells[held.cell] if held is not None else None
    row = (
        *head, code, name, fold_name(name), shown.unit, cell and cell.status, cell and (cell.duty or None),
        day(held.since) if held else None, day(held.due) if held else None, held.cell if held else None,
        now.key if now else 0, (held.organisation or None) if held else None, day(change), units is not None,
        when, keys, cells, sinces, dues, units,
    )  # fmt: skip
    return Assessed(row, now)


def _texts(force: Force, slot: int, today: int) -> list[str]:
    """A text of each subject on the day; before there is any, the first."""
    subject = np.arange(force.columns.size)
    found = force.at(slot, subject, np.full_like(subject, today))
    found = np.where(found >= 0, found, force.first_of(slot, subject))
    places = np.where(found >= 0, force.columns.value[found], 0)
    return list(map(force.columns.texts.__getitem__, places.tolist()))


def _next_change(lives: Lives, force: Force, at: Ints, today: int) -> list[int]:
    """The first later day on which a row changes by itself, 0 for none: a new segment, a new name, another code."""
    subject = np.arange(force.columns.size)
    following = np.where(at >= 0, at, lives.start[:-1] - 1) + 1
    more = following < lives.start[1:]
    days = [np.where(more, lives.day[np.minimum(following, len(lives.day) - 1)], _NEVER)]
    days += [force.next_of(slot, subject, np.full_like(subject, today)) for slot in (Slot.NAME, Slot.CODE)]
    first = np.minimum.reduce([np.where(later > 0, later, _NEVER) for later in days])
    return np.where(first < _NEVER, first, 0).tolist()


def _packed(lives: Lives) -> tuple[list[Any], ...]:
    """The arrays of the rows: days, keys, cells, sinces, dues, and units of whoever ever moves."""
    subject = np.repeat(np.arange(len(lives.start) - 1), np.diff(lives.start))
    elsewhere = lives.unit != lives.unit[lives.start[subject]]
    units: list[bytes | None] = [None] * (len(lives.start) - 1)
    for place in np.unique(subject[elsewhere]).tolist():
        units[place] = texts([segment.unit for segment in lives.of(place)])
    return (
        many_days(lives.day, lives.start), many_integers(lives.key, lives.start),
        many_smallints(lives.cell, lives.start), many_days(lives.since, lives.start),
        many_days(lives.due, lives.start), units,
    )  # fmt: skip
