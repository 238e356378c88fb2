"""One recollection on its way: registry's log is read page by page, and folded on a thread of its own meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from typing import Any, NamedTuple, TypeVar

import psycopg

from proto.xianfeng.platform.v1 import log_pb2
from services.coverage.projections import NAME, CoverageProjection
from services.coverage.recall.units import PastUnits
from xianfeng.bus.aside import Aside, retire
from xianfeng.clock import Clock
from xianfeng.collector import Rest
from xianfeng.units import UnitTree

__all__ = ["Folded", "Recalling"]

T = TypeVar("T")


class Folded(NamedTuple):
    """A build that can be asked, and the unit tree as it was known."""

    build: int
    tree: UnitTree


class Recalling:
    """`position`: of registry's log, the last that was known; `day`: the business date. `folded`: how far it is."""

    def __init__(self, dsn: str, log: Any, units: PastUnits, clock: Clock, *, position: int, day: date) -> None:
        self.position, self.day = position, day
        self.folded = 0
        self._dsn, self._log, self._units, self._clock = dsn, log, units, clock
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="recall")
        self._rest = Rest()

    async def run(self) -> Folded:
        """Fold all of it. Raises grpc.aio.AioRpcError, psycopg.Error: then nothing of it stays."""
        try:
            with closing(await self._work(psycopg.connect, self._dsn, autocommit=True)) as connection:
                return await self._run(connection)
        finally:
            self._rest.close()
            self._worker.shutdown(wait=False)

    async def _run(self, connection: psycopg.Connection[Any]) -> Folded:
        aside = await self._work(Aside, connection, CoverageProjection(self._clock), self.day)
        try:
            await self._fold(aside)
            tree = await self._units.known_at(self.position)
            await self._work(aside.end, self._clock.now())
        except BaseException:
            # Not on this connection, which may be the trouble: whatever is left is retired in time.
            await asyncio.shield(self._work(_give_up, self._dsn, aside.number))
            raise
        return Folded(aside.number, tree)

    async def _fold(self, aside: Aside) -> None:
        wanted = log_pb2.ReadRequest(types=aside.types, until=self.position)
        async for page in self._log.Read(wanted):
            if page.events:
                self._rest.a_while()
                await self._work(aside.fold, [(found.position, found.event) for found in page.events])
                self.folded = page.events[-1].position

    async def _work(self, call: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Run on the thread, after what is running there."""
        return await asyncio.wrap_future(self._worker.submit(call, *arguments, **named))


def _give_up(dsn: str, build: int) -> None:
    with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
        retire(connection, NAME, build)
