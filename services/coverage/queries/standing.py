"""Everybody of a kind who stands on a day, in some units or anywhere: from the lives, for what no page cuts."""

from __future__ import annotations

from datetime import date

from psycopg import sql

from services.coverage.projection.tables import table
from services.coverage.queries.snapshot import Snapshot
from services.coverage.queries.span import Span

__all__ = ["keys_on"]

_STANDING = """
select subject, k from (
    select subject, name_folded, coalesce(units[b], unit) as place, keys[b] as k
      from {table}, lateral width_bucket(%(day)s, days) b
     where b > 0 and keys[b] <> 0 and (moved or %(anywhere)s or unit = any(string_to_array(%(units)s, E'\\n')))
) life where (%(anywhere)s or place = any(string_to_array(%(units)s, E'\\n'))) and ({condition})
 order by name_folded, subject
"""


async def keys_on(now: Snapshot, kind: str, span: Span | None, day: date, condition: str = "true") -> dict[str, int]:
    """Subject → key of the day, by name, in a span or anywhere; `condition`: SQL over the key `k`."""
    name = sql.Identifier(table(kind, now.build))
    statement = sql.SQL(_STANDING).format(table=name, condition=sql.SQL(condition))
    values = {"units": span.units_text if span else "", "anywhere": span is None, "day": day}
    return dict(await now.fetch(statement, values))
