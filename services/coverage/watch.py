"""Who watches a unit gets its newest overview whenever it changes: one latest-value slot a watcher, no queue.

The same message object goes to all watchers of a unit. A slow reader skips to the newest, so memory cannot grow.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from xianfeng.refusal import Refused

__all__ = ["Watchers"]

Overview = Callable[[str], Awaitable[pb.OverviewResponse]]

_PAUSE = 0.025
"""Seconds between two rounds: twenty frames a second are more than an eye follows."""
_POLL = 1.0
"""Seconds without news after which a round looks anyway: another instance may have written."""

log = structlog.get_logger()


class _Slot:
    """One watcher's place for the newest overview."""

    def __init__(self) -> None:
        self._filled = asyncio.Event()
        self._newest: pb.OverviewResponse | Refused | None = None

    def put(self, newest: pb.OverviewResponse | Refused) -> None:
        self._newest = newest
        self._filled.set()

    async def take(self) -> pb.OverviewResponse:
        await self._filled.wait()
        self._filled.clear()
        newest = self._newest
        assert newest is not None
        if isinstance(newest, Refused):
            raise newest
        return newest


class Watchers:
    """All watchers of one process. `overview` computes one unit's overview, by unit id."""

    def __init__(self, overview: Overview) -> None:
        self._overview = overview
        self._slots: dict[str, set[_Slot]] = {}
        self._shown: dict[str, pb.OverviewResponse] = {}
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def __len__(self) -> int:
        return sum(len(slots) for slots in self._slots.values())

    def changed(self) -> None:
        """Something that figures depend on was committed. May be called from any thread."""
        self._loop.call_soon_threadsafe(self._news.set)

    async def watch(self, unit: str) -> AsyncIterator[pb.OverviewResponse]:
        """The overview as it is, then again whenever it changes. Raises Refused once the unit is no more."""
        slot = _Slot()
        first = self._shown.get(unit) or await self._overview(unit)
        slot.put(self._shown.setdefault(unit, first))
        self._slots.setdefault(unit, set()).add(slot)
        # What was committed while the first overview was computed must not wait for the next commit.
        self._news.set()
        try:
            while True:
                yield await slot.take()
        finally:
            self._leave(unit, slot)

    def close(self, refusal: Refused) -> None:
        """End all watching with this refusal: the process stops."""
        for unit in list(self._slots):
            self._tell(unit, refusal)

    def _leave(self, unit: str, slot: _Slot) -> None:
        slots = self._slots.get(unit, set())
        slots.discard(slot)
        if not slots:
            self._slots.pop(unit, None)
            self._shown.pop(unit, None)

    async def run(self) -> None:
        """Serve all watchers until cancelled. A round that fails is logged, and tried again by the next."""
        while True:
            await self._wait_for_news()
            self._news.clear()
            for unit in list(self._slots):
                try:
                    await self._refresh(unit)
                except Exception:
                    log.exception("watch-round-failed", unit=unit)
            await asyncio.sleep(_PAUSE)

    async def _wait_for_news(self) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), _POLL)
        except TimeoutError:
            return

    async def _refresh(self, unit: str) -> None:
        try:
            newest = await self._overview(unit)
        except Refused as refused:
            self._tell(unit, refused)
            return
        if unit in self._slots and _differ(self._shown.get(unit), newest):
            self._shown[unit] = newest
            self._tell(unit, newest)

    def _tell(self, unit: str, newest: pb.OverviewResponse | Refused) -> None:
        for slot in self._slots.get(unit, ()):
            slot.put(newest)


def _differ(shown: pb.OverviewResponse | None, newest: pb.OverviewResponse) -> bool:
    """Do the two say different things? Positions alone are no news to a reader."""
    if shown is None or shown is newest:
        return shown is None
    same_basis = pb.Basis(
        positions=newest.basis.positions, business_date=shown.basis.business_date, rule_set=shown.basis.rule_set,
        tree_date=shown.basis.tree_date, build=shown.basis.build,
    )  # fmt: skip
    before = pb.OverviewResponse()
    before.CopyFrom(shown)
    before.basis.CopyFrom(same_basis)
    return before != newest
