"""The log of views: who looked at, printed or took out which list of which unit. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from psycopg import AsyncConnection, sql
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from xianfeng.clock import Clock

__all__ = ["Asked", "Noted", "Place", "note", "noted"]

_NOTE = "insert into view_log (at, account, action, what, unit, rows) values (%s, %s, %s, %s, %s, %s)"
# A reveal is of its holder's unit; once the person is forgotten, of the unit of whoever read.
_NOTED = """
select t.at, t.source, t.id, coalesce(a.handle, t.account), t.action, t.what, t.unit, t.rows, t.reason from (
    select at, 'view' as source, id, account, action, what, unit, rows, '' as reason from view_log
     union all
    select r.at, 'reveal', r.id, r.account, 'reveal', coalesce(d.kind, ''), coalesce(d.unit, b.unit, ''), 1, r.reason
      from reveal_log r left join holder h using (holder) left join {directory} d on d.subject = h.subject
      left join account b on b.id = r.account
) t left join account a on a.id = t.account
 where (%(all)s or t.unit = any(%(units)s))
   and (%(at)s::timestamptz is null or (t.at, t.source, t.id) < (%(at)s::timestamptz, %(source)s, %(id)s))
 order by t.at desc, t.source desc, t.id desc limit %(limit)s
"""


class Asked(BaseModel):
    """What is about to be given to an account."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: Literal["view", "print", "export"]
    what: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,39}$")]
    unit: str = ""
    rows: Annotated[int, Field(ge=0, le=10**9)] = 0


class Place(NamedTuple):
    """Where a page begins: after this line of the log."""

    at: datetime
    source: str
    id: int


class Noted(NamedTuple):
    """A line of the log. `source` and `id` tell lines of one instant apart."""

    at: datetime
    source: str
    id: int
    account: str
    action: str
    what: str
    unit: str
    rows: int
    reason: str


async def note(connection: AsyncConnection[Any], asked: Asked, unit: str, account: str, clock: Clock) -> None:
    """Write a line of what the account is given."""
    await connection.execute(_NOTE, (clock.now(), account, asked.action, asked.what, unit, asked.rows))


async def noted(
    connection: AsyncConnection[Any], directory: sql.Identifier, *, units: Sequence[str] | None,
    after: Place | None, limit: int,
) -> list[Noted]:  # fmt: skip
    """The lines about these units (None: all), newest first."""
    values = {
        "all": units is None, "units": list(units or ()), "at": after and after.at, "source": after and after.source,
        "id": after and after.id, "limit": limit,
    }  # fmt: skip
    found = await connection.execute(sql.SQL(_NOTED).format(directory=directory), values)
    return [Noted(*row) for row in await found.fetchall()]
