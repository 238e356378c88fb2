"""Enterprises whose events wait: how many, and under which child of a unit."""

from __future__ import annotations

from psycopg import sql

from services.coverage.projection.tables import table
from services.coverage.queries.snapshot import PROJECTION, Snapshot
from services.coverage.queries.span import OWN, Span

__all__ = ["held_by_group", "held_subjects"]

_HELD = """
select h.subject, e.unit
  from held h left join {enterprise} e on e.subject = h.subject
 where h.projection = %(projection)s and h.build = %(build)s
"""


async def _held(snapshot: Snapshot) -> list[tuple[str, str | None]]:
    statement = sql.SQL(_HELD).format(enterprise=sql.Identifier(table("enterprise", snapshot.build)))
    return await snapshot.fetch(statement, {"projection": PROJECTION, "build": snapshot.build})


async def held_subjects(snapshot: Snapshot) -> frozenset[str]:
    """All subjects whose events wait."""
    return frozenset(subject for subject, _ in await _held(snapshot))


async def held_by_group(snapshot: Snapshot, span: Span) -> dict[int, int]:
    """How many of them belong to each child (OWN: to the unit itself).

    One that has no row yet (its very first event waits) has no unit: every unit shows it, rather than none.
    """
    rows = await _held(snapshot)
    found: dict[int, int] = {}
    if rows:
        groups = {member.unit: member.group for member in span.members}
        for _, unit in rows:
            group = OWN if unit is None else groups.get(unit)
            if group is not None:
                found[group] = found.get(group, 0) + 1
    return found
