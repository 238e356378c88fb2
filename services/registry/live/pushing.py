"""The adapter's side of `RegistryFeed`: batches of changes, or a snapshot as it comes in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

import grpc

from proto.xianfeng.registry.v1 import feed_pb2 as pb
from proto.xianfeng.registry.v1.feed_pb2_grpc import RegistryFeedStub
from services.registry.live.records import Fault, Record
from services.registry.live.wire import Beginning, End

__all__ = ["Registry"]

_TIMEOUT = 60.0
_SNAPSHOT_TIMEOUT = 3600.0
Batches = AsyncIterator[list[Record | Fault | End]]


class Registry:
    """Registry as an adapter sees it: where one source stands, and where its records go.

    Every method raises grpc.aio.AioRpcError.
    """

    def __init__(self, channel: grpc.aio.Channel, token: str, source: str) -> None:
        self._stub = RegistryFeedStub(channel)
        self._metadata = (("authorization", f"Bearer {token}"),)
        self._source = source

    async def standing(self) -> pb.SourceStatus:
        """Where the source stands; its cursor is 0 before the first record."""
        return await self._stub.Cursor(pb.CursorRequest(source=self._source), timeout=_TIMEOUT, metadata=self._metadata)

    async def push(self, after: int, batch: Iterable[Record | Fault]) -> pb.PushSummary:
        """Push changes that follow the cursor `after`."""
        begin = pb.PushBegin(source=self._source, after=after)
        call = self._stub.Push(timeout=_TIMEOUT, metadata=self._metadata)
        return await _send(call, begin, _one(list(batch)))

    async def push_snapshot(self, beginning: Beginning, batches: Batches) -> pb.PushSummary:
        """Push a snapshot as it is read: registry holds the reader back when it is the slower one.

        What `batches` raises is raised; what was taken by then stays taken, and the cursor where it was.
        """
        begin = pb.PushBegin(source=self._source, snapshot=pb.Snapshot(cursor=beginning.cursor))
        call = self._stub.Push(timeout=_SNAPSHOT_TIMEOUT, metadata=self._metadata)
        return await _send(call, begin, batches)


async def _send(call: Any, begin: pb.PushBegin, batches: Batches) -> pb.PushSummary:
    try:
        # A call that has ended already takes no more: its answer, or its error, says why.
        with suppress(asyncio.InvalidStateError):
            await call.write(pb.PushRequest(begin=begin))
            async for batch in batches:
                for item in batch:
                    await call.write(_part(item))
            await call.done_writing()
        return await call
    finally:
        call.cancel()


async def _one(batch: list[Any]) -> Batches:
    yield batch


def _part(item: Record | Fault | End) -> pb.PushRequest:
    if isinstance(item, End):
        return pb.PushRequest(end=pb.SnapshotEnd(records=item.records))
    if isinstance(item, Fault):
        return pb.PushRequest(fault=pb.PushFault(**item._asdict()))
    fields = {**item._asdict(), "day": item.day.isoformat()}
    return pb.PushRequest(record=pb.PushRecord(**fields))
