"""What coverage sends to the bus and hears from it: facts and units come in, announcements go out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

import grpc

from proto.xianfeng.platform.v1 import log_pb2, log_pb2_grpc, operations_pb2, operations_pb2_grpc
from services.coverage import tree_place
from services.coverage.events import TOPIC
from services.coverage.projections import CoverageProjection
from services.coverage.server import CoverageServer
from services.coverage.stream import UNITS_TOPIC
from services.registry.events import UNIT_TYPES
from xianfeng.bus.fetch import from_log
from xianfeng.bus.relay import Relay
from xianfeng.bus.runner import NothingServing, ProjectionRunner
from xianfeng.bus.topics import Topic
from xianfeng.bus.whole_topic import WholeTopic
from xianfeng.clock import Clock
from xianfeng.operations import OperationsServicer
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.runner import own_version

__all__ = ["CoverageBus"]

_NEWS = Topic(TOPIC)
_LOOK = 0.1
_PATIENCE = 5.0


class CoverageBus:
    """Everything of coverage that runs beside its gRPC server; adds service Operations to that."""

    def __init__(self, server: CoverageServer, dsn: str, bootstrap: list[str], clock: Clock, registry: str) -> None:
        self._dsn = dsn
        self._registry = open_channel(registry, server.tokens.for_service("coverage"))
        self.units = WholeTopic(bootstrap, UNITS_TOPIC, server.units.take, server.changed)
        self.relay = Relay(dsn, "coverage", bootstrap, (_NEWS,), lambda _: _NEWS)
        self._log = log_pb2_grpc.EventLogStub(self._registry)
        fetch = from_log(self._log)
        self.projection = ProjectionRunner(
            partial(CoverageProjection, clock), dsn, bootstrap, clock, fetch, changed=[lambda _: server.changed()]
        )
        operations = OperationsServicer(
            "coverage", own_version(), clock, dsn, runners=[self.projection], relay=self.relay
        )
        service = operations_pb2.DESCRIPTOR.services_by_name["Operations"]
        server.rpc.add(service, operations_pb2_grpc.add_OperationsServicer_to_server, operations)

    def coroutines(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """What runs until cancelled, by name."""
        return [
            ("units", self.units.run()),
            ("tree-place", tree_place.follow(self._dsn, lambda: self.units.position)),
            ("relay", self.relay.run()),
            ("projection", self.projection.run()),
        ]

    async def ready(self) -> None:
        """Until figures can be answered: the unit tree is whole and a build serves."""
        await self.units.caught_up()
        known = await tree_place.last(self._dsn)
        # A topic made anew is empty at first, and "caught up" with it says nothing.
        while not (self.units.position >= max(known, 1) and await self._serves()):
            await asyncio.sleep(_LOOK)
        # At the very first start registry plants its units meanwhile: half a tree would deny those still to come.
        while not known and await asyncio.to_thread(self._units_to_come):
            await asyncio.sleep(_LOOK)

    def _units_to_come(self) -> bool:
        """Does registry's log tell of units that have not been read here, or does it not answer?"""
        wanted = log_pb2.ReadRequest(types=sorted(UNIT_TYPES), after=self.units.position, limit=1)
        try:
            return any(answer.events for answer in self._log.Read(wanted, timeout=_PATIENCE))
        except grpc.RpcError:
            return True

    async def _serves(self) -> bool:
        with suppress(NothingServing):
            await self.projection.serving_build()
            return True
        return False

    def close(self) -> None:
        self._registry.close()
