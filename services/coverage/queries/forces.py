"""The entries in force on a day, of some subjects at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from itertools import islice

from psycopg import sql

from services.coverage.domain.folded import Folded
from services.coverage.domain.slots import Entry, in_force
from services.coverage.projection.tables import table
from services.coverage.queries.snapshot import Snapshot

__all__ = ["Force", "forces"]

Force = Mapping[int, Entry]
_AT_ONCE = 200

_FACTS = "select subject, version, entries, facts from {fold} where subject = any(%(subjects)s)"


async def forces(now: Snapshot, subjects: Collection[str], day: date) -> dict[str, Force]:
    """The entries in force on the day, by subject; some at a time, for others are answered meanwhile."""
    statement = sql.SQL(_FACTS).format(fold=sql.Identifier(table("fold", now.build)))
    wanted, found = iter(subjects), dict[str, Force]()
    while some := list(islice(wanted, _AT_ONCE)):
        for subject, version, entries, facts in await now.fetch(statement, {"subjects": some}):
            found[subject] = in_force(Folded.load(version, entries, facts).read(), day.toordinal())
    return found
