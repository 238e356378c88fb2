"""Connections for questions: every transaction sees one moment, and none is handed out dead."""

from __future__ import annotations

from typing import Any

from psycopg import AsyncConnection, IsolationLevel
from psycopg_pool import AsyncConnectionPool

__all__ = ["Pool", "open_pool"]

Pool = AsyncConnectionPool[AsyncConnection[Any]]


def open_pool(dsn: str, size: int = 4, *, read_only: bool = False) -> Pool:
    """A pool whose transactions are REPEATABLE READ; its owner opens and closes it.

    A connection is tried before it is handed out: after a restart of the server all that were open are dead.
    Statements are planned for their values: a plan for any unit and any page, which the server would take after some
    of them, makes long lists five times slower.
    """

    async def configure(connection: AsyncConnection[Any]) -> None:
        await connection.execute("set plan_cache_mode = force_custom_plan")
        await connection.commit()
        await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
        await connection.set_read_only(read_only)

    return AsyncConnectionPool(
        dsn, min_size=1, max_size=size, configure=configure, check=AsyncConnectionPool.check_connection, open=False,
        name="queries",
    )  # fmt: skip
