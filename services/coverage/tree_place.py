"""How far the unit tree was read, kept over restarts: figures wait for a tree that is as whole as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import structlog

from services.registry.events import UNITS_TOPIC

__all__ = ["follow", "last"]

_PAUSE = 1.0
_SAVE = (
    "insert into tree_place (topic, position) values (%s, %s)"
    " on conflict (topic) do update set position = greatest(tree_place.position, excluded.position)"
)
_log = structlog.get_logger("xianfeng.coverage")


async def last(dsn: str) -> int:
    """The position that the tree had reached; 0 before the first."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        row = await (await connection.execute("select position from tree_place")).fetchone()
    return int(row[0]) if row else 0


async def follow(dsn: str, position: Callable[[], int]) -> None:
    """Save the position when it has moved, until cancelled; while the database is away it is saved later."""
    saved = 0
    while True:
        if (now := position()) > saved:
            try:
                async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
                    await connection.execute(_SAVE, (UNITS_TOPIC, now))
                saved = now
            except psycopg.OperationalError as away:
                _log.warning("tree-place-not-saved", error=type(away).__name__)
        await asyncio.sleep(_PAUSE)
