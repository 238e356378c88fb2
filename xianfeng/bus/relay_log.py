"""The relay's side of PostgreSQL: its office, the log it reads, and what it saved of the bus's answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from xianfeng.bus.topics import Topic

__all__ = ["CHUNK", "IDLE_LIMIT", "Lane", "Line", "RelayLog", "Saved"]

IDLE_LIMIT = 20
"""Seconds after which PostgreSQL ends a silent leader's session. Longer than the longest wait for the bus."""

CHUNK = 10_000
"""Events that are read at once, at most."""

Connection = psycopg.AsyncConnection[Any]


class Lane(NamedTuple):
    """One partition of one topic: records on it are in a chain."""

    topic: str
    partition: int


class Saved(NamedTuple):
    """The last acknowledged position on a lane, and the offset that the next record will have."""

    tail: int = 0
    next_offset: int = 0


class Line(NamedTuple):
    """One event of the log as it goes on a lane."""

    position: int
    key: bytes
    raw: bytes
    lane: Lane


class RelayLog:
    """One connection that locks, listens, reads and saves: who loses it loses the office."""

    def __init__(self, connection: Connection, name: str, topic_of: Callable[[str], Topic]) -> None:
        self.connection = connection
        self._table = f"{name}_events"
        self._topic_of = topic_of

    @classmethod
    @asynccontextmanager
    async def open(cls, dsn: str, name: str, topic_of: Callable[[str], Topic]) -> AsyncIterator[RelayLog]:
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True, connect_timeout=5) as connection:
            yield cls(connection, name, topic_of)

    async def lead(self) -> None:
        """Wait for the office, however long; a leader that falls silent is thrown out by the server."""
        query = "select pg_advisory_lock(hashtext('relay'), hashtext(current_schema() || %s))"
        await self.connection.execute(query, (self._table,))
        await self.connection.execute(f"set idle_session_timeout = '{IDLE_LIMIT}s'".encode())
        # What is saved here can be found out again from the bus: no need to wait for the disk.
        await self.connection.execute("set synchronous_commit = off")
        await self.connection.execute(sql.SQL("listen {}").format(sql.Identifier(self._table)))

    async def wait(self, seconds: float) -> None:
        """Until something was recorded, at most so long."""
        async for _ in self.connection.notifies(timeout=seconds, stop_after=1):
            pass

    async def keep(self) -> None:
        """Show the server that this leader is alive."""
        await self.connection.execute("select 1")

    async def after(self, position: int, limit: int = CHUNK) -> list[Line]:
        """The next events of the log, in its order."""
        return await self._lines("notification_id > %s order by notification_id limit %s", (position, limit))

    async def at(self, position: int) -> Line | None:
        """The event at exactly this position."""
        lines = await self._lines("notification_id = %s", (position,))
        return lines[0] if lines else None

    async def tails_at(self, position: int, lanes: Iterable[Lane]) -> dict[Lane, int]:
        """The last position on each lane at or before `position`, by reading the log backwards; 0 for none."""
        missing, tails = set(lanes), {}
        while missing and position > 0:
            where = "notification_id <= %s order by notification_id desc limit %s"
            lines = await self._lines(where, (position, CHUNK))
            for line in lines:
                if line.lane in missing:
                    missing.discard(line.lane)
                    tails[line.lane] = line.position
            position = lines[-1].position - 1 if lines else 0
        return tails | dict.fromkeys(missing, 0)

    async def _lines(self, where: str, parameters: tuple[int, ...]) -> list[Line]:
        query = sql.SQL("select notification_id, originator_id, topic, state from {} where {}").format(
            sql.Identifier(self._table), sql.SQL(where)
        )
        async with self.connection.cursor(binary=True) as cursor:
            await cursor.execute(query, parameters)
            return [self._line(*row) for row in await cursor.fetchall()]

    def _line(self, position: int, subject: str, kind: str, raw: bytes) -> Line:
        topic = self._topic_of(kind)
        return Line(position, subject.encode(), bytes(raw), Lane(topic.name, topic.partition_of(subject)))

    async def saved(self) -> dict[Lane, Saved]:
        cursor = await self.connection.execute("select topic, partition, tail, next_offset from relay")
        return {Lane(topic, partition): Saved(*rest) for topic, partition, *rest in await cursor.fetchall()}

    async def save(self, lanes: dict[Lane, Saved]) -> None:
        """Save what the bus has acknowledged, all or nothing."""
        topics, partitions, tails, offsets = zip(*((*lane, *saved) for lane, saved in lanes.items()), strict=True)
        await self.connection.execute(
            "insert into relay (topic, partition, tail, next_offset)"
            " select * from unnest(%s::text[], %s::int[], %s::bigint[], %s::bigint[])"
            " on conflict (topic, partition) do update set tail = excluded.tail, next_offset = excluded.next_offset",
            (list(topics), list(partitions), list(tails), list(offsets)),
        )
