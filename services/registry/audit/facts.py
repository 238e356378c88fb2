"""Corrections and decisions, found in the log by their index, under one unit, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, LiteralString, NamedTuple

from psycopg import AsyncConnection, sql

__all__ = ["Found", "Matter", "find", "handles"]

Matter = Literal["corrections", "decisions"]

_WHICH: Final[dict[Matter, LiteralString]] = {
    # As the index of these events has it, word for word.
    "corrections": "(position('\"correction\":{{'::bytea in e.state) > 0 or strpos(e.topic, '.fact-voided.') > 0)",
    "decisions": "(strpos(e.topic, 'enterprise.scope-') > 0 or strpos(e.topic, 'enterprise.not-ready-') > 0"
    " or strpos(e.topic, 'enterprise.proposal-') > 0)",
}
_FIND: Final = """
select e.notification_id, e.state, d.kind, d.code, d.name, d.unit
  from registry_events e join {directory} d on d.subject = e.originator_id
 where {which} and e.notification_id < %(before)s and (%(all)s or d.unit = any(%(units)s))
 order by e.notification_id desc limit %(limit)s
"""


class Found(NamedTuple):
    """An event by its bytes, and what the directory says of its subject today."""

    position: int
    raw: bytes
    kind: str
    code: str
    name: str
    unit: str


async def find(
    connection: AsyncConnection[Any], directory: sql.Identifier, matter: Matter, *, units: Sequence[str] | None,
    before: int, limit: int,
) -> list[Found]:  # fmt: skip
    """The events of this matter about subjects of these units (None: all), recorded before a position."""
    query = sql.SQL(_FIND.replace("{which}", _WHICH[matter])).format(directory=directory)
    values = {"before": before, "all": units is None, "units": list(units or ()), "limit": limit}
    return [Found(*row) for row in await (await connection.execute(query, values)).fetchall()]


async def handles(connection: AsyncConnection[Any], accounts: Sequence[str]) -> dict[str, str]:
    """The names of accounts by their ids."""
    found = await connection.execute("select id, handle from account where id = any(%s)", (list(accounts),))
    return {str(id): str(handle) for id, handle in await found.fetchall()}
