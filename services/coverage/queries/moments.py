"""What every answer stands on, read in one statement: as long as it is the same, so is the answer."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from services.coverage.queries.snapshot import PROJECTION

__all__ = ["Moment", "Moments"]

Moment = tuple[Any, ...]
"""The serving build with its places and days, and who waits there; empty while none serves."""

_MOMENT = """
select b.number,
       (select array_agg((p.partition, p.position, p.day)::text order by p.partition)
          from place p where p.projection = b.projection and p.build = b.number),
       (select array_agg((h.subject, h.version)::text order by h.subject)
          from held h where h.projection = b.projection and h.build = b.number)
  from build b where b.projection = %s and b.state = 'serving'
"""


class Moments:
    """Reads moments for all who ask at once: whoever comes while one is read waits for the next, with all others."""

    def __init__(self, dsn: str) -> None:
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            dsn, min_size=1, max_size=1, kwargs={"autocommit": True}, open=False, name="moments"
        )
        self._reading: asyncio.Task[Moment] | None = None
        self._next: asyncio.Task[Moment] | None = None

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._pool.close()

    async def now(self) -> Moment:
        """The moment as it is after this was asked. Raises psycopg.OperationalError while the database is away."""
        if self._next is None:
            self._next = asyncio.create_task(self._read_after(self._reading))
        # Whoever goes away does not end it for the others.
        return await asyncio.shield(self._next)

    async def _read_after(self, before: asyncio.Task[Moment] | None) -> Moment:
        if before is not None:
            await asyncio.wait((before,))
        self._reading, self._next = self._next, None
        try:
            return await self._read()
        except psycopg.OperationalError:
            # After a restart of the server the connection that was kept is dead; the pool has thrown it away.
            return await self._read()

    async def _read(self) -> Moment:
        async with self._pool.connection() as connection:
            row = await (await connection.execute(_MOMENT, (PROJECTION,))).fetchone()
        return (row[0], tuple(row[1] or ()), tuple(row[2] or ())) if row else ()
