"""The unit tree as it was known at a position of registry's log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from proto.xianfeng.platform.v1 import log_pb2
from services.coverage.stream import Units
from services.registry.events import UNIT_TYPES
from xianfeng.units import UnitTree

__all__ = ["PastUnits"]


class _Known(NamedTuple):
    """`last`: the position of the last event of a unit; there is none after it up to `until`."""

    last: int
    until: int
    tree: UnitTree


class PastUnits:
    """Grows a tree of the log's beginning; the last one serves again while no unit's event lies between."""

    def __init__(self, log: Any, root: str | None) -> None:
        self._log, self._root = log, root
        self._known: _Known | None = None

    async def known_at(self, position: int) -> UnitTree:
        """The tree by all events up to a position. Raises grpc.aio.AioRpcError."""
        known = self._known
        if known is None or position < known.last or await self._changed(known.until, position):
            known = self._known = await self._grown(position)
        elif position > known.until:
            known = self._known = known._replace(until=position)
        return known.tree

    async def _changed(self, after: int, until: int) -> bool:
        return after < until and bool([page async for page in self._read(after, until, limit=1) if page])

    async def _grown(self, until: int) -> _Known:
        units, last = Units(self._root), 0
        async for page in self._read(0, until):
            await asyncio.to_thread(_take, units, page)
            last = page[-1].position if page else last
        return _Known(last, until, units.tree)

    async def _read(self, after: int, until: int, limit: int = 0) -> Any:
        wanted = log_pb2.ReadRequest(types=sorted(UNIT_TYPES), after=after, until=until, limit=limit)
        async for answer in self._log.Read(wanted):
            yield answer.events


def _take(units: Units, page: Sequence[log_pb2.RecordedEvent]) -> None:
    for found in page:
        units.take(found.position, found.event)
