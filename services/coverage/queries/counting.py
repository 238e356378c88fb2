"""Counted keys of a unit and its children on any day, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import LiteralString

from psycopg import sql

from services.coverage.domain.figures import FigureSet, figures
from services.coverage.domain.keys import DUE
from services.coverage.projection.tables import table
from services.coverage.queries.snapshot import Snapshot
from services.coverage.queries.span import Span

__all__ = ["Counted", "Counts", "count", "narrowed"]

_WIDE = 400
"""From so many units on a span is cut down to those in which something is counted."""

_NARROW = 100
"""Up to so many units their counts are looked up one by one."""

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
        sums: dict[int, int] = {}
        for pairs in self.by_group.values():
            for key, n in pairs:
                sums[key] = sums.get(key, 0) + n
        return figures(sums, self.day)


# Of due days only one thing is asked: do they lie before the day. They become one key, so that few rows are joined.
_TODAY = """
with counted as (
    select unit, least(key, {due}) as counted, sum(n) as n from {counts}
     where key < {due} + %(ordinal)s and n <> 0 {only}
     group by 1, 2
)
select grp, counted, sum(n)::bigint
  from counted join unnest(string_to_array(%(units)s, E'\\n'), string_to_array(%(groups)s, E'\\n')::int[])
                    m(unit, grp) using (unit)
 group by 1, 2
"""

_ONLY = "and unit = any(string_to_array(%(units)s, E'\\n'))"

# From one unit to the next along each index on it: there are many rows of few units.
_UNITS = """
(with recursive seen(unit) as (
    (select unit from {{{0}}} order by unit limit 1)
     union all
    select (select t.unit from {{{0}}} t where t.unit > seen.unit order by t.unit limit 1)
      from seen where seen.unit is not null
) select unit from seen where unit is not null)
"""
_OCCUPIED = " union ".join(
    [_UNITS.format(name) for name in ("enterprise", "project", "organisation")]
    + ["select unnest(units) from {enterprise} where moved"]
)

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
), counted as (
    select grp, key, count(*) as n, count(*) filter (where late) as late
      from life join unnest(string_to_array(%(units)s, E'\\n'), string_to_array(%(groups)s, E'\\n')::int[])
                     m(unit, grp) using (unit)
     group by 1, 2
)
select grp, key, n from counted
 union all
select grp, {due}, late from counted where late > 0
"""


async def count(snapshot: Snapshot, span: Span, day: date) -> Counted:
    """Count everything under a unit on a day: today's counts as they are kept, another day's from the lives."""
    today, only = snapshot.is_business_date(day), _ONLY if len(span.members) <= _NARROW else ""
    rows = await snapshot.fetch(
        _statement(_TODAY if today else _ANY_DAY, snapshot.build, only),
        {"units": span.units_text, "groups": span.groups_text, "day": day, "ordinal": day.toordinal()},
    )
    return _sorted_out(span, day, rows)


def _sorted_out(span: Span, day: date, rows: Sequence[tuple[int, int, int]]) -> Counted:
    by_group: dict[int, Counts] = {}
    waiting: dict[int, Counts] = {}
    for code, key, n in rows:
        group, upper = divmod(code, 2)
        by_group.setdefault(group, []).append((key, n))
        if upper:
            waiting.setdefault(group, []).append((key, n))
    unplaced = {group: figures(pairs, day).registered for group, pairs in waiting.items()}
    return Counted(span, day, by_group, unplaced)


async def narrowed(snapshot: Snapshot, span: Span) -> Span:
    """Of very many units only those in which anything was ever counted: a statement takes no huge texts."""
    if len(span.members) <= _WIDE:
        return span
    rows = await snapshot.fetch(_statement(_OCCUPIED, snapshot.build), {})
    return span.only({unit for (unit,) in rows})


def _statement(text: str, build: int, only: LiteralString = "") -> sql.Composed:
    names = ("enterprise", "project", "organisation", "counts")
    tables = {name: sql.Identifier(table(name, build)) for name in names}
    return sql.SQL(text).format(due=sql.Literal(DUE), only=sql.SQL(only), **tables)
