"""All units and their history, in the order in which they may be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from services.registry.divisions.history import division_rows
from services.registry.divisions.others import other_units
from services.registry.divisions.rows import LEVELS, UnitRow
from services.registry.divisions.streets import street_rows
from services.registry.divisions.tables import official_table, yearly_tables
from xianfeng.units import Closed, Moved, Opened, Renamed, UnitChange

__all__ = ["iter_changes", "iter_divisions"]

_RANK = {level: rank for rank, level in enumerate(LEVELS)}


def iter_divisions() -> Iterator[UnitRow]:
    """Every unit from the nation to the streets with its history, by day, parents first, then by code.

    Offline and always the same. Raises SourceMissing or BadEntry.
    """
    tables = yearly_tables()
    official, streets = official_table(tables[max(tables)])
    rows = list(division_rows(tables, official))
    begun: dict[str, tuple[str, date]] = {}
    for row in rows:
        if row.code is not None and begun.get(row.code, ("",))[0] != row.id:
            begun[row.code] = (row.id, row.valid_from)
    others = other_units({*official, *(street.code for street in streets)})
    rows = [row._replace(also=others.also.get(row.code or "", ())) for row in rows] + others.rows
    rows += street_rows(streets, begun, others.moves)
    rows.sort(key=lambda row: (row.valid_from, _RANK[row.level], row.order))
    return iter(rows)


def iter_changes(rows: Iterable[UnitRow]) -> Iterator[UnitChange]:
    """The same as changes of the unit tree, by day: on each day openings, then renamings and moves, then closings."""
    changes: list[tuple[date, int, UnitChange]] = []
    standing: dict[str, UnitRow] = {}
    for row in rows:
        before = standing.get(row.id)
        standing[row.id] = row
        if before is None:
            changes.append((row.valid_from, 0, _opened(row)))
        else:
            changes += ((row.valid_from, 1, change) for change in _altered(before, row))
    for row in standing.values():
        if row.valid_until is not None:
            day = row.valid_until + timedelta(days=1)
            changes.append((day, 2, Closed(row.id, day, row.successors)))
    changes.sort(key=lambda entry: entry[:2])
    return (change for _, _, change in changes)


def _opened(row: UnitRow) -> Opened:
    return Opened(row.id, row.code, row.name, row.level, row.parent, row.order, row.valid_from, row.also)


def _altered(before: UnitRow, row: UnitRow) -> Iterator[UnitChange]:
    if row.name != before.name:
        yield Renamed(row.id, row.name, row.valid_from)
    if row.parent is not None and row.parent != before.parent:
        yield Moved(row.id, row.parent, row.valid_from)
