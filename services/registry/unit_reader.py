"""The dated tree of units in this process: grown from registry's own log, a moment behind the last command."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from psycopg import OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from services.registry.events import CATALOGUE, UNIT_TYPES
from services.registry.events.tree import UnitGrower
from xianfeng.bus.decoder import Decoder
from xianfeng.clock import Clock
from xianfeng.store.bell import Bell
from xianfeng.store.log import Query, head_async, read_async
from xianfeng.units import UnitTree, UnknownUnit

__all__ = ["UnitReader"]

_PAGE = 5_000
_POLL = 5.0
# Most of what the bell rings for is no unit: one look for all that comes in this time.
_GATHER = 0.5
_log = structlog.get_logger("xianfeng.registry")


class UnitReader:
    """Lives on one event loop. `tree` may be asked between two awaits only; it is whole after `catch_up`."""

    def __init__(self, pool: AsyncConnectionPool[Any], bell: Bell, clock: Clock, root: str) -> None:
        self.tree = UnitTree(root)
        self._grower = UnitGrower(self.tree)
        self._read = Decoder(CATALOGUE, UNIT_TYPES).read
        self._pool = pool
        self._bell = bell
        self._clock = clock
        self._position = 0

    def lies_under(self, unit: str, above: str) -> bool:
        """Today; a unit that the tree does not know lies nowhere."""
        try:
            return self.tree.on(self._clock.today()).lies_under(unit, above)
        except UnknownUnit:
            return False

    async def catch_up(self) -> None:
        """Take what was recorded since the last time."""
        types = sorted(UNIT_TYPES)
        while True:
            async with self._pool.connection() as connection:
                end = await head_async(connection, "registry")
                query = Query(after=self._position, limit=_PAGE, types=types, until=end)
                rows = await read_async(connection, "registry", query) if end > self._position else []
            for row in rows:
                self._grower.take(row.position, self._read(row.raw, 0))
                self._position = row.position
            if len(rows) < _PAGE:
                # What was looked through is not looked through again, though no unit was in it.
                self._position = max(self._position, end)
                return

    async def follow(self) -> None:
        """Stay up to date until cancelled; while the database is away the tree stays as it was."""
        while True:
            await self._bell.wait(_POLL)
            await asyncio.sleep(_GATHER)
            try:
                await self.catch_up()
            except (OperationalError, PoolTimeout) as away:
                _log.warning("units-not-read", error=type(away).__name__)
