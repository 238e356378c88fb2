"""Items gathered into batches: so many, or what came in so short a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Generic, TypeVar

__all__ = ["batches"]

T = TypeVar("T")


class _End:
    """After the last item: why there are no more."""

    def __init__(self, why: Exception | None) -> None:
        self.why = why


async def batches(items: AsyncIterator[T], size: int = 500, gather: float = 0.2) -> AsyncGenerator[list[T], None]:
    """Batches of at most `size` items, at most `gather` seconds after their first.

    At most two batches are in memory: while nobody asks for the next one, reading stops. What the items raise is
    raised after the batch that was gathered before it.
    """
    gathering = _Gathering[T](size)
    reading = asyncio.create_task(gathering.read(items))
    try:
        while gathering.end is None:
            if batch := await gathering.next(gather):
                yield batch
        if gathering.end.why is not None:
            raise gathering.end.why
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading


class _Gathering(Generic[T]):
    def __init__(self, size: int) -> None:
        self.end: _End | None = None
        self._size = size
        self._queue: asyncio.Queue[T | _End] = asyncio.Queue(size)

    async def read(self, items: AsyncIterator[T]) -> None:
        end = _End(None)
        try:
            async for item in items:
                await self._queue.put(item)
        except Exception as fault:
            end = _End(fault)
        await self._queue.put(end)

    async def next(self, gather: float) -> list[T]:
        batch = list[T]()
        self._add(batch, await self._queue.get())
        with suppress(TimeoutError):
            async with asyncio.timeout(gather):
                while self.end is None and len(batch) < self._size:
                    self._add(batch, await self._queue.get())
        return batch

    def _add(self, batch: list[T], item: T | _End) -> None:
        if isinstance(item, _End):
            self.end = item
        else:
            batch.append(item)
