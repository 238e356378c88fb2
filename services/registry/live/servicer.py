"""The gRPC service `RegistryFeed`: streams of records become chunks, and where each source stands can be asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from proto.xianfeng.registry.v1 import feed_pb2 as pb
from services.registry.domain.words import refuse
from services.registry.feed.places import PlaceBook
from services.registry.live.books import Standing, read_cursor, read_faults, read_standings
from services.registry.live.comparing import Errand
from services.registry.live.intake import LiveIntake
from services.registry.live.parsing import begin_of, chunks_of, source_of
from services.registry.live.places import DatedPlaces
from services.registry.live.records import Tally
from xianfeng.clock import Clock
from xianfeng.event import new_id
from xianfeng.rpc.caller import Principal, principal
from xianfeng.store.pool import Pool
from xianfeng.telemetry import correlation

__all__ = ["FeedServicer"]

_LINES, _MOST_LINES = 100, 1000


class FeedServicer:
    """`places` gives what places addresses by the divisions of a day, `clock` today."""

    def __init__(self, intake: LiveIntake, pool: Pool, places: PlaceBook, clock: Clock) -> None:
        self._intake = intake
        self._pool = pool
        self._places = places
        self._clock = clock

    async def Push(self, requests: AsyncIterator[pb.PushRequest], context: Any) -> pb.PushSummary:  # noqa: N802
        caller = principal()
        await self._require_root(caller)
        begin = await begin_of(requests)
        snapshot = begin.snapshot.cursor if begin.HasField("snapshot") else None
        summary = pb.PushSummary(cursor=await self._cursor(begin.source))
        if snapshot is None and begin.after > summary.cursor:
            summary.outcome = pb.SNAPSHOT_NEEDED
            return summary
        trace = correlation() or new_id(self._clock)
        errand = Errand(begin.source, caller.account, trace, DatedPlaces(self._places), snapshot)
        async for chunk in chunks_of(requests, snapshot):
            outcome = await asyncio.to_thread(self._intake.take, errand, chunk)
            summary.cursor, summary.absent = outcome.cursor, outcome.absent
            _add(summary, outcome.tally)
        return summary

    async def Cursor(self, request: pb.CursorRequest, context: Any) -> pb.SourceStatus:  # noqa: N802
        source = source_of(request.source)
        async with self._pool.connection() as connection:
            found = await read_standings(connection, source)
        return _status(found[0]) if found else pb.SourceStatus(source=source)

    async def ListSources(self, request: pb.ListSourcesRequest, context: Any) -> pb.ListSourcesResponse:  # noqa: N802
        async with self._pool.connection() as connection:
            found = await read_standings(connection)
        return pb.ListSourcesResponse(sources=map(_status, found))

    async def ListFaults(self, request: pb.ListFaultsRequest, context: Any) -> pb.ListFaultsResponse:  # noqa: N802
        source = source_of(request.source) if request.source else ""
        limit = min(request.limit, _MOST_LINES) if request.limit > 0 else _LINES
        async with self._pool.connection() as connection:
            rows = await read_faults(connection, source, limit)
        return pb.ListFaultsResponse(faults=[pb.Fault(**{**row, "at": row["at"].isoformat()}) for row in rows])

    async def _require_root(self, caller: Principal) -> None:
        """A live source tells of the whole deployment. Raises Refused for whoever answers for less."""
        placer = await self._places.placer("", self._clock.today())
        if caller.unit and not placer.lies_under(placer.top, caller.unit):
            raise refuse("live-root", field="source", kind="denied")

    async def _cursor(self, source: str) -> int:
        async with self._pool.connection() as connection:
            return await read_cursor(connection, source)


def _add(summary: pb.PushSummary, tally: Tally) -> None:
    for name, count in tally._asdict().items():
        setattr(summary, name, getattr(summary, name) + count)


def _status(found: Standing) -> pb.SourceStatus:
    fields = found._asdict()
    for name in ("taken_at", "snapshot_at"):
        fields[name] = fields[name].isoformat() if fields[name] else ""
    return pb.SourceStatus(**fields)
