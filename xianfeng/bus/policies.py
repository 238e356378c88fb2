"""Policies: what follows from an event, as a command. Their own position; never rebuilt; new ones begin at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import psycopg
import structlog
from psycopg import sql

__all__ = ["PolicyLoop"]

_CHUNK = 500
_LOOK = 1.0
# What follows from an event is not urgent: one look for all that comes in this time.
_GATHER = 0.3
_LONGEST_PAUSE = 30.0

Connection = psycopg.AsyncConnection[Any]
logger = structlog.get_logger(__name__)


class PolicyLoop:
    """Runs one policy over a service's own log, one instance at a time.

    `act(raw)` sends the command that follows, with an id derived from the event's, so that a repeat does nothing new;
    what it raises is tried again with back-off, and the position stays. `types` are those the policy looks at.
    """

    def __init__(
        self, dsn: str, log: str, policy: str, types: Sequence[str], act: Callable[[bytes], Awaitable[None]]
    ) -> None:
        self.error = ""
        self.position = 0
        self._dsn, self._policy, self._types, self._act = dsn, policy, list(types), act
        self._table = sql.Identifier(f"{log}_events")

    async def run(self) -> None:
        """Until cancelled; the database may come and go."""
        pause = 0.2
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True, connect_timeout=5
                ) as connection:
                    await self._follow(connection)
            except Exception as error:
                self.error = repr(error)
                logger.error("policy-put-off", policy=self._policy, position=self.position, exc_info=error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _follow(self, connection: Connection) -> None:
        await connection.execute(
            "select pg_advisory_lock(hashtext('policy'), hashtext(current_schema() || %s))", (self._policy,)
        )
        # A position that is lost means commands sent again, which do nothing new: no need to wait for the disk.
        await connection.execute("set synchronous_commit = off")
        await connection.execute(sql.SQL("listen {}").format(self._table))
        self.position = await self._begin(connection)
        while True:
            await self._catch_up(connection)
            self.error = ""
            async for _ in connection.notifies(timeout=_LOOK, stop_after=1):
                await asyncio.sleep(_GATHER)

    async def _begin(self, connection: Connection) -> int:
        """The saved position; a new policy looks at nothing that happened before it."""
        await connection.execute(
            sql.SQL(
                "insert into policy_position (policy, position)"
                " select %s, coalesce(max(notification_id), 0) from {} on conflict do nothing"
            ).format(self._table),
            (self._policy,),
        )
        cursor = await connection.execute("select position from policy_position where policy = %s", (self._policy,))
        row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def _catch_up(self, connection: Connection) -> None:
        """Act on what came of the policy's types; all else is passed over where it is stored."""
        end = await self._end(connection)
        query = sql.SQL(
            "select notification_id, state from {} where notification_id > %s and notification_id <= %s"
            " and topic = any(%s) order by notification_id limit %s"
        ).format(self._table)
        while self.position < end:
            found = await connection.execute(query, (self.position, end, self._types, _CHUNK))
            rows = await found.fetchall()
            for position, raw in rows:
                await self._act(bytes(raw))
                await self._save(connection, position)
                self.position = position
            if len(rows) < _CHUNK:
                self.position = end
                await self._save(connection, end)

    async def _end(self, connection: Connection) -> int:
        last = sql.SQL("select max(notification_id) from {}").format(self._table)
        row = await (await connection.execute(last)).fetchone()
        return int(row[0] or 0) if row else 0

    async def _save(self, connection: Connection, position: int) -> None:
        await connection.execute("update policy_position set position = %s where policy = %s", (position, self._policy))
