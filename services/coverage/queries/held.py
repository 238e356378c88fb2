"""Subjects whose events wait: how many, and under which child of a unit they stand on a day."""

from __future__ import annotations

from datetime import date

from psycopg import sql

from services.coverage.projection.tables import table
from services.coverage.queries.snapshot import PROJECTION, Snapshot
from services.coverage.queries.span import OWN, Span

__all__ = ["held_by_group", "held_places"]

# Nobody waits, as a rule: `offset 0` keeps the planner from reading every enterprise to find that out.
_HELD = """
select h.subject, e.unit
  from held h left join lateral (
      select case when b > 0 and keys[b] <> 0 then coalesce(units[b], unit) end as unit
        from {enterprise}, lateral width_bucket(%(day)s, days) b where subject = h.subject offset 0
  ) e on true
 where h.projection = %(projection)s and h.build = %(build)s
 order by h.subject
"""


async def held_places(snapshot: Snapshot, day: date) -> dict[str, str | None]:
    """All subjects whose events wait, each with its unit of the day; None for one that no row of the day shows."""
    statement = sql.SQL(_HELD).format(enterprise=sql.Identifier(table("enterprise", snapshot.build)))
    values = {"projection": PROJECTION, "build": snapshot.build, "day": day}
    return dict(await snapshot.fetch(statement, values))


async def held_by_group(snapshot: Snapshot, span: Span, day: date) -> dict[int, int]:
    """How many of them belong to each child (OWN: to the unit itself).

    One that has no row of the day (its very first event waits) has no unit: every unit shows it, rather than none.
    """
    places = (await held_places(snapshot, day)).values()
    found: dict[int, int] = {}
    groups = {member.unit: member.group for member in span.members} if places else {}
    for unit in places:
        group = OWN if unit is None else groups.get(unit)
        if group is not None:
            found[group] = found.get(group, 0) + 1
    return found
