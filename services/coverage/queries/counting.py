"""Counted keys of a unit and its children on any day, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg import sql

from services.coverage.domain.figures import FigureSet, figures
from services.coverage.domain.keys import DUE
from services.coverage.projection.tables import table
from services.coverage.queries.snapshot import Snapshot
from services.coverage.queries.span import Span
from xianfeng.units import TreeOfDay

__all__ = ["UPPER", "Counted", "count", "occupied"]

_WIDE = 4000
"""From so many units on a span is cut down to those in which something is counted."""

UPPER = frozenset({"nation", "province", "city"})
"""Levels at which an enterprise still waits for its county or street (待落位)."""

Counts = list[tuple[int, int]]


@dataclass(slots=True)
class Counted:
    """Counted keys by group (place of the child, or OWN); `unplaced` of them stand at a city or above."""

    span: Span
    day: date
    by_group: dict[int, Counts]
    unplaced: dict[int, int]

    def of(self, group: int) -> FigureSet:
        """The figures of one child, or of the unit itself without its children (OWN)."""
        return figures(self.by_group.get(group, ()), self.day)

    def total(self) -> FigureSet:
        """The figures of the unit with all that is below it."""
        return figures((pair for pairs in self.by_group.values() for pair in pairs), self.day)


# Of due days only one thing is asked: do they lie before the day. They become one key, so that few rows travel.
_TODAY = """
select m.grp, m.upper, least(c.key, {due}) as counted, sum(c.n)::bigint
  from {counts} c join unnest(%(units)s::text[], %(groups)s::int[], %(upper)s::bool[]) m(unit, grp, upper) using (unit)
 where c.key < {due} + %(ordinal)s
 group by 1, 2, 3
"""

_ANY_DAY = """
with life(unit, key, late) as (
    select coalesce(units[b], unit), keys[b], coalesce(dues[b] < %(day)s, false)
      from {enterprise}, lateral width_bucket(%(day)s, days) b where b > 0 and keys[b] <> 0
     union all
    select coalesce(units[b], unit), keys[b], false
      from {project}, lateral width_bucket(%(day)s, days) b where b > 0 and keys[b] <> 0
     union all
    select coalesce(units[b], unit), keys[b], false
      from {organisation}, lateral width_bucket(%(day)s, days) b where b > 0 and keys[b] <> 0
), member as (
    select * from unnest(%(units)s::text[], %(groups)s::int[], %(upper)s::bool[]) m(unit, grp, upper)
)
select grp, upper, key, count(*) from life join member using (unit) group by 1, 2, 3
 union all
select grp, upper, {due}, count(*) from life join member using (unit) where late group by 1, 2
"""


async def count(snapshot: Snapshot, tree: TreeOfDay, span: Span, day: date) -> Counted:
    """Count everything under a unit on a day, under the tree given; both today's counts and any other day's."""
    if len(span.units) > _WIDE:
        span = span.only(set(await occupied(snapshot, span.units)))
    today = snapshot.is_business_date(day)
    rows = await snapshot.fetch(
        _statement(_TODAY if today else _ANY_DAY, snapshot.build),
        {
            "units": span.units,
            "groups": span.groups,
            "upper": [tree.level(unit) in UPPER for unit in span.units],
            "day": day,
            "ordinal": day.toordinal(),
        },
    )
    return _sorted_out(span, day, rows)


def _sorted_out(span: Span, day: date, rows: Sequence[tuple[int, bool, int, int]]) -> Counted:
    by_group: dict[int, Counts] = {}
    waiting: dict[int, Counts] = {}
    for group, upper, key, n in rows:
        by_group.setdefault(group, []).append((key, n))
        if upper:
            waiting.setdefault(group, []).append((key, n))
    unplaced = {group: figures(pairs, day).registered for group, pairs in waiting.items()}
    return Counted(span, day, by_group, unplaced)


async def occupied(snapshot: Snapshot, units: Sequence[str]) -> list[str]:
    """Of very many units only those in which anything was ever counted: a statement takes no huge arrays."""
    if len(units) <= _WIDE:
        return list(units)
    statement = "select unit from {counts} union select unnest(units) from {enterprise} where moved"
    rows = await snapshot.fetch(_statement(statement, snapshot.build), {})
    found = {unit for (unit,) in rows}
    return [unit for unit in units if unit in found]


def _statement(text: str, build: int) -> sql.Composed:
    names = ("enterprise", "project", "organisation", "counts")
    tables = {name: sql.Identifier(table(name, build)) for name in names}
    return sql.SQL(text).format(due=sql.Literal(DUE), **tables)

