"""Rings when a log grows: one listening connection a process, however many wait."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import psycopg
from psycopg.sql import SQL, Identifier

__all__ = ["Bell"]

_PAUSE = 0.5


class Bell:
    """`wait` returns at a NOTIFY of the log or after the time-out, whichever is first: it may ring for nothing."""

    def __init__(self, dsn: str, name: str) -> None:
        self._dsn = dsn
        self._channel = f"{name}_events"
        self._rung = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._listen())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def wait(self, timeout: float) -> None:
        """Wait for news, at most `timeout` seconds. Ask for a page after it, whatever woke you."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), timeout)

    async def _listen(self) -> None:
        while True:
            # Lost connection: those who wait poll by their time-outs until this one is back.
            with suppress(psycopg.Error):
                async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True) as connection:
                    await connection.execute(SQL("listen {}").format(Identifier(self._channel)))
                    async for _ in connection.notifies():
                        self._ring()
            await asyncio.sleep(_PAUSE)

    def _ring(self) -> None:
        # Everybody who waits now is woken; who comes later waits for the next ring.
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()
