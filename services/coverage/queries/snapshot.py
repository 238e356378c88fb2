"""One moment of the projection: figures and the basis they stand on, from one read-only snapshot of the database.

The serving build tells what is known now; a recalled one, beside it, what was known at an instant of the past.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.sql import Composed

from xianfeng.refusal import Refused
from xianfeng.store.pool import Pool
from xianfeng.words import say

__all__ = ["PROJECTION", "Recalled", "Snapshot", "snapshot"]

PROJECTION = "coverage"

_BASIS = """
select b.number, p.partition, p.position, p.day
  from build b join place p on p.projection = b.projection and p.build = b.number
 where b.projection = %(projection)s
   and case when %(recalled)s::int is null then b.state = 'serving'
            else b.number = %(recalled)s and b.state = 'aside' end
"""


class Recalled(NamedTuple):
    """A build of what was known at an instant (ISO)."""

    build: int
    known_at: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`positions` and `days` (business dates) are by partition; `known_at` is empty for what is known now."""

    connection: AsyncConnection[Any]
    build: int
    positions: Mapping[int, int]
    days: Mapping[int, date]
    known_at: str = ""

    @property
    def business_date(self) -> date:
        """The earliest of all partitions: for a moment after midnight they differ."""
        return min(self.days.values())

    def is_business_date(self, day: date) -> bool:
        """Does the day agree with what rows and counts hold now?"""
        return day == self.business_date

    async def fetch(self, statement: Composed, values: Mapping[str, Any]) -> list[Any]:
        """All rows, as tuples."""
        cursor = await self.connection.execute(statement, values)
        return await cursor.fetchall()


@asynccontextmanager
async def snapshot(pool: Pool, recalled: Recalled | None = None) -> AsyncIterator[Snapshot]:
    """The serving build as it is now, or what was recalled. Raises Refused while the build is not there (any more)."""
    values = {"projection": PROJECTION, "recalled": recalled.build if recalled else None}
    async with pool.connection() as connection, connection.transaction():
        rows = await (await connection.execute(_BASIS, values)).fetchall()
        if not rows:
            raise Refused(
                say("coverage.refused.building"), kind="unavailable", reason="building",
                remedy=say("coverage.refused.remedy-wait"),
            )  # fmt: skip
        yield Snapshot(
            connection, rows[0][0], {part: at for _, part, at, _ in rows}, {part: day for _, part, _, day in rows},
            recalled.known_at if recalled else "",
        )  # fmt: skip
