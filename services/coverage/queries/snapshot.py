"""One moment of the projection: figures and the basis they stand on, from one read-only snapshot of the database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import Composed

from xianfeng.refusal import Refused
from xianfeng.store.pool import Pool
from xianfeng.words import say

__all__ = ["PROJECTION", "Snapshot", "snapshot"]

PROJECTION = "coverage"

_BASIS = """
select b.number, p.partition, p.position, p.day
  from build b join place p on p.projection = b.projection and p.build = b.number
 where b.projection = %s and b.state = 'serving'
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`positions` and `days` (business dates) are by partition."""

    connection: AsyncConnection[Any]
    build: int
    positions: Mapping[int, int]
    days: Mapping[int, date]

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
async def snapshot(pool: Pool) -> AsyncIterator[Snapshot]:
    """The serving build as it is now. Raises Refused while the very first build is not there yet."""
    async with pool.connection() as connection, connection.transaction():
        rows = await (await connection.execute(_BASIS, (PROJECTION,))).fetchall()
        if not rows:
            raise Refused(
                say("coverage.refused.building"), kind="unavailable", reason="building",
                remedy=say("coverage.refused.remedy-wait"),
            )  # fmt: skip
        yield Snapshot(
            connection, rows[0][0], {part: at for _, part, at, _ in rows}, {part: day for _, part, _, day in rows}
        )
