"""Brings the writer thread's answers to coroutines, with one wake-up of the loop for a whole batch."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import Any, TypeVar

__all__ = ["Waking"]

T = TypeVar("T")
Waiter = asyncio.Future[Any]


class Waking:
    """Answers on their way to the loops that wait for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waking: dict[asyncio.AbstractEventLoop, list[tuple[Waiter, Future[Any]]]] = {}

    async def wait(self, future: Future[T]) -> T:
        """The future's result, or what it raises."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[T] = loop.create_future()
        future.add_done_callback(lambda done: self._hand_over(loop, waiter, done))
        return await waiter

    def _hand_over(self, loop: asyncio.AbstractEventLoop, waiter: Waiter, done: Future[Any]) -> None:
        # One wake-up of the loop for all the answers of a batch: each costs both threads a switch.
        with self._lock:
            waking = self._waking.setdefault(loop, [])
            waking.append((waiter, done))
            first = len(waking) == 1
        if first:
            loop.call_soon_threadsafe(self._deliver, loop)

    def _deliver(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            waking = self._waking.pop(loop)
        for waiter, done in waking:
            if not waiter.done():
                fault = done.exception()
                waiter.set_result(done.result()) if fault is None else waiter.set_exception(fault)
