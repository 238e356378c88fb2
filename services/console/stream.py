"""What the console listens to: one Watch stream a unit, shared by everybody who looks at it.

A frame is rendered once and the same bytes go to all: what changed to who follows, the whole to who comes or is slow.
Every client has one slot a unit that holds the newest only, so a slow reader skips and memory cannot grow.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
import structlog

from services.console.frames import Frame
from services.console.slots import Slot, state_frame

__all__ = ["Hub"]

log = structlog.get_logger(__name__)

LINGER = 3.0
LOOK = 1.0
AT_ONCE = 100
"""So many clients are looked at before pages have their turn."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
Watch = Callable[[str], AsyncIterator[Any]]
Render = Callable[[Any], Frame]


class _Unit:
    """A watched unit: who looks at it, and the last frame for whoever comes next."""

    def __init__(self) -> None:
        self.slots: set[Slot] = set()
        self.frame: Frame | None = None
        self.state = b""
        self.task: asyncio.Task[None] | None = None

    def tell(self, key: str, change: bytes, whole: bytes) -> None:
        for slot in self.slots:
            slot.put(key, change, whole)


class Hub:
    """Watches the units that somebody looks at. ``run`` renders; nothing is sent before it runs."""

    def __init__(self, watch: Watch, render: Render) -> None:
        self._watch = watch
        self._render = render
        self._units: dict[str, _Unit] = {}
        self._slots: set[Slot] = set()
        self._dirty: dict[str, Any] = {}
        self._wake = asyncio.Event()

    @contextmanager
    def subscribe(self, units: Iterable[str]) -> Iterator[Slot]:
        """Give a slot that is filled for as long as the block lasts."""
        slot, wanted = Slot(), set(units)
        self._slots.add(slot)
        for name in wanted:
            self._join(name, slot)
        try:
            yield slot
        finally:
            self._slots.discard(slot)
            for name in wanted:
                self._leave(name, slot)

    @property
    def watched(self) -> int:
        return len(self._units)

    @property
    def clients(self) -> int:
        return len(self._slots)

    async def run(self) -> None:
        """Render what changes and keep the streams alive, until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._render_changes())
            both.create_task(self._keep_alive())

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            now = time.monotonic()
            for number, slot in enumerate(list(self._slots), 1):
                slot.beat(now)
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)

    async def _render_changes(self) -> None:
        """One unit after the other; under load a unit's older overviews are skipped."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._dirty:
                name = next(iter(self._dirty))
                began = time.perf_counter()
                self._send(name, self._dirty.pop(name))
                # Half of the loop's time stays for pages.
                await asyncio.sleep(time.perf_counter() - began)

    def close(self) -> None:
        """End all streams; the clients come back by themselves."""
        for unit in self._units.values():
            if unit.task:
                unit.task.cancel()
        for slot in self._slots:
            slot.close()

    def _join(self, name: str, slot: Slot) -> None:
        unit = self._units.setdefault(name, _Unit())
        unit.slots.add(slot)
        if unit.task is None:
            unit.task = asyncio.create_task(self._follow(name, unit))
        if unit.state:
            slot.put("state", unit.state, unit.state)
        if unit.frame:
            slot.put(name, unit.frame.whole, unit.frame.whole)

    def _leave(self, name: str, slot: Slot) -> None:
        unit = self._units[name]
        unit.slots.discard(slot)
        if not unit.slots:
            # A reader who goes from page to page comes back within a moment.
            asyncio.get_running_loop().call_later(LINGER, self._forget, name, unit)

    def _forget(self, name: str, unit: _Unit) -> None:
        if unit.slots or self._units.get(name) is not unit:
            return
        del self._units[name]
        self._dirty.pop(name, None)
        if unit.task:
            unit.task.cancel()

    def _send(self, name: str, overview: Any) -> None:
        unit = self._units.get(name)
        if unit is None:
            return
        before, unit.frame = unit.frame, self._render(overview)
        change = unit.frame.since(before) if before else unit.frame.whole
        if change:
            unit.tell(name, change, unit.frame.whole)

    async def _follow(self, name: str, unit: _Unit) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async for overview in self._watch(name):
                    pause = FIRST_PAUSE
                    self._set_state(unit, "live")
                    self._dirty[name] = overview
                    self._wake.set()
                reason = "ended"
            except grpc.aio.AioRpcError as lost:
                reason = lost.code().name
            self._set_state(unit, "stalled")
            log.info("watch-lost", unit=name, reason=reason, pause=round(pause, 2))
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, LONGEST_PAUSE)

    @staticmethod
    def _set_state(unit: _Unit, state: str) -> None:
        frame = state_frame(state)
        if frame != unit.state:
            unit.state = frame
            unit.tell("state", frame, frame)
