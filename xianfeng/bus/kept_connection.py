"""One connection to the database for short questions now and then, so that none of them opens its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

import psycopg

__all__ = ["KeptConnection"]

T = TypeVar("T")
Connection = psycopg.Connection[Any]


class KeptConnection:
    """Opened when something is asked, and anew when it was lost; one question at a time, off the event loop."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Connection | None = None
        self._lock = Lock()

    async def ask(self, work: Callable[[Connection], T]) -> T:
        """Run on the connection, in autocommit mode. Raises what it raises."""
        return await asyncio.to_thread(self._ask, work)

    def _ask(self, work: Callable[[Connection], T]) -> T:
        with self._lock:
            if self._connection is not None:
                try:
                    return work(self._connection)
                except psycopg.OperationalError:
                    if not self._connection.broken:
                        raise
                    self._close()
            self._connection = psycopg.connect(self._dsn, autocommit=True, connect_timeout=5)
            return work(self._connection)

    async def close(self) -> None:
        """Close it; a later question opens it again."""
        await asyncio.to_thread(self._close_alone)

    def _close_alone(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
