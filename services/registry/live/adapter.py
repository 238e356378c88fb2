"""Follows a source for ever: from the cursor that registry has, through failures, with a snapshot where it must be.

It keeps nothing of its own: whoever starts it again, anywhere, goes on where registry stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

import grpc

from proto.xianfeng.registry.v1 import feed_pb2 as pb
from services.registry.live.backoff import Backoff
from services.registry.live.batches import batches
from services.registry.live.progress import Progress, State
from services.registry.live.pushing import Registry
from services.registry.live.records import Fault, Record
from services.registry.live.source import CursorTooOld, HttpSource, SourceBroken
from services.registry.live.wire import Beginning, End, Heartbeat, Item, LineReader, Normalise

__all__ = ["OVERLAP", "Adapter", "SourceWentBack"]

OVERLAP = 100
"""How far before the known cursor a source is asked again: records that came out of their order may have been on the
way when the connection broke. What was taken before is recognised. A source that breaks off before it comes to
anything new is asked for half as much each time."""

_AWAY = frozenset({
    grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED,
    grpc.StatusCode.UNKNOWN, grpc.StatusCode.ABORTED, grpc.StatusCode.INTERNAL,
})  # fmt: skip


class SourceWentBack(Exception):
    """The source counts from lower than what was taken from it: it was made anew, and needs another name."""

    def __init__(self, cursor: int, known: int) -> None:
        super().__init__(f"cursor {cursor} after {known}")
        self.cursor = cursor
        self.known = known


class Adapter:
    """`tell` is called whenever `progress` has changed."""

    def __init__(
        self, source: HttpSource, registry: Registry, normalise: Normalise, tell: Callable[[Progress], None], *,
        backoff: Backoff | None = None, overlap: int = OVERLAP,
    ) -> None:  # fmt: skip
        self.progress = Progress()
        self._source = source
        self._registry = registry
        self._normalise = normalise
        self._tell = tell
        self._backoff = backoff or Backoff()
        self._overlap = overlap
        self._before = overlap
        self._began = -1

    async def run(self, *, once: bool = False) -> None:
        """Until cancelled; with `once`, until the source has nothing new.

        Raises SourceRefuses, SourceWentBack, and grpc.aio.AioRpcError where another try would not help.
        """
        while True:
            try:
                if await self._go_on(once):
                    return
                trouble = "ended"
            except SourceBroken as broken:
                trouble = str(broken)
            except grpc.aio.AioRpcError as error:
                if error.code() not in _AWAY:
                    raise
                trouble = error.code().name
            await self._pause(trouble)

    async def _pause(self, trouble: str) -> None:
        self._now("waiting", trouble)
        await asyncio.sleep(self._backoff.wait())

    async def _go_on(self, once: bool) -> bool:
        """Connect once and read until that ends, with `once` at most until the source has nothing new: then True."""
        standing = await self._registry.standing()
        self._before = self._overlap if standing.cursor > self._began else self._before // 2
        self._began = self.progress.cursor = standing.cursor
        self.progress.connections += 1
        self._now("connecting", self.progress.trouble)
        # Before a snapshot nothing is needed: it was whole.
        after = max(standing.cursor - self._before, standing.snapshot_cursor, 0)
        try:
            return await self._changes(after, once)
        except CursorTooOld:
            await self._snapshot(standing.cursor)
            return False

    async def _changes(self, after: int, once: bool) -> bool:
        reader = LineReader(self._normalise, after)
        async with (
            aclosing(self._source.changes(after)) as lines,
            aclosing(_items(lines, reader)) as items,
            aclosing(batches(items)) as found,
        ):
            async for batch in found:
                await self._push(after, [item for item in batch if isinstance(item, Record | Fault)])
                caught_up = isinstance(batch[-1], Heartbeat)
                self._now("caught_up" if caught_up else "reading")
                if caught_up and once:
                    return True
        return False

    async def _push(self, after: int, news: list[Record | Fault]) -> None:
        if not news:
            return
        summary = await self._registry.push(after, news)
        if summary.outcome == pb.SNAPSHOT_NEEDED:
            raise CursorTooOld
        self.progress.took(summary)
        self._backoff.reset()

    async def _snapshot(self, known: int) -> None:
        """Have all that the source has compared with what is known from it."""
        self._now("snapshot")
        async with aclosing(self._source.snapshot()) as lines:
            items = _items(lines, LineReader(self._normalise))
            beginning = await anext(items, None)
            if not isinstance(beginning, Beginning):
                raise SourceBroken("no-snapshot")
            if beginning.cursor < known:
                raise SourceWentBack(beginning.cursor, known)
            async with aclosing(items), aclosing(batches(_whole(items))) as found:
                summary = await self._registry.push_snapshot(beginning, found)
        self.progress.took(summary)
        self.progress.absent, self.progress.snapshots = summary.absent, self.progress.snapshots + 1
        self._backoff.reset()

    def _now(self, state: State, trouble: str = "") -> None:
        self.progress.state, self.progress.trouble = state, trouble
        self._tell(self.progress)


async def _items(lines: AsyncIterator[bytes], reader: LineReader) -> AsyncGenerator[Item, None]:
    async for line in lines:
        yield reader.read(line)


async def _whole(items: AsyncIterator[Item]) -> AsyncGenerator[Record | Fault | End, None]:
    """A snapshot's records up to its end. Raises SourceBroken for one that has none."""
    async for item in items:
        if isinstance(item, Record | Fault | End):
            yield item
        if isinstance(item, End):
            return
    raise SourceBroken("snapshot-cut")
