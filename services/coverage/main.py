"""How coverage starts and stops: schema, relay, unit tree, projection, then the gRPC server and its health."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from functools import partial
from importlib.metadata import version
from typing import Any

import structlog

from proto.xianfeng.platform.v1 import operations_pb2
from proto.xianfeng.platform.v1.log_pb2_grpc import EventLogStub
from proto.xianfeng.platform.v1.operations_pb2_grpc import add_OperationsServicer_to_server
from services.coverage.events import TOPIC
from services.coverage.projections import CoverageProjection
from services.coverage.server import CoverageServer, prepare_schema
from services.coverage.stream import UNITS_TOPIC
from xianfeng import telemetry
from xianfeng.bus.fetch import from_log
from xianfeng.bus.relay import Relay
from xianfeng.bus.runner import NothingServing, ProjectionRunner
from xianfeng.bus.topics import Topic
from xianfeng.bus.whole_topic import WholeTopic
from xianfeng.clock import Clock, clock_from
from xianfeng.operations import OperationsServicer
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.runner import run_service
from xianfeng.settings import Settings

__all__ = ["main", "serve"]

_LOOK = 0.1

_log = structlog.get_logger("xianfeng.coverage")


def main() -> int:
    """Run until SIGTERM; the exit code."""
    telemetry.configure("coverage")
    return run_service(lambda closing: serve(Settings.load(create=False), closing))


async def serve(settings: Settings, closing: asyncio.Event) -> None:
    """Run coverage until `closing` is set. Raises StartFailure."""
    clock, dsn = clock_from(settings.clock), settings.dsn("coverage")
    await asyncio.to_thread(prepare_schema, dsn)
    server = CoverageServer(
        dsn, settings.address("coverage"), signing_key=settings.signing_key, clock=clock, root=settings.root_unit,
        registry=settings.address("registry"),
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.close)
        await server.open()
        bus = CoverageBus(server, settings, clock)
        stack.callback(bus.close)
        running = [asyncio.create_task(part) for part in bus.coroutines()]
        stack.push_async_callback(_end, running)
        await server.rpc.start()
        stack.push_async_callback(server.stop_serving)
        ready = asyncio.create_task(_serve_when_ready(server, bus))
        stack.push_async_callback(_end, [ready])
        await _until(closing, [*running, ready])


class CoverageBus:
    """What of coverage lives on Kafka: the projection, its own announcements' relay, and the unit tree."""

    def __init__(self, server: CoverageServer, settings: Settings, clock: Clock) -> None:
        dsn, bootstrap = settings.dsn("coverage"), settings.kafka_bootstrap
        own = Topic(TOPIC)
        self._registry = open_channel(settings.address("registry"), server.tokens.for_service("coverage"))
        self.relay = Relay(dsn, "coverage", bootstrap, [own], lambda _: own)
        self.units = WholeTopic(bootstrap, UNITS_TOPIC, server.units.take, server.changed)
        self.runner = ProjectionRunner(
            partial(CoverageProjection, clock), dsn, bootstrap, clock, from_log(EventLogStub(self._registry)),
            [lambda _: server.changed()],
        )  # fmt: skip
        operations = OperationsServicer(
            "coverage", version("xianfeng"), clock, dsn, runners=[self.runner], relay=self.relay
        )
        service = operations_pb2.DESCRIPTOR.services_by_name["Operations"]
        server.rpc.add(service, add_OperationsServicer_to_server, operations)

    def coroutines(self) -> list[Coroutine[Any, Any, None]]:
        """What runs until it is cancelled."""
        return [self.units.run(), self.relay.run(), self.runner.run()]

    async def ready(self) -> None:
        """Until figures can be answered: the unit tree is whole and a build serves."""
        await self.units.caught_up()
        while True:
            with suppress(NothingServing):
                await self.runner.serving_build()
                return
            await asyncio.sleep(_LOOK)

    def close(self) -> None:
        self._registry.close()


async def _serve_when_ready(server: CoverageServer, bus: CoverageBus) -> None:
    await bus.ready()
    await server.rpc.serving(True)
    _log.info("coverage-serves", address=server.rpc.address)


async def _until(closing: asyncio.Event, running: list[asyncio.Task[None]]) -> None:
    """Wait for the signal; a task that fails before it ends the service, with its exception."""
    signal = asyncio.create_task(closing.wait())
    waiting = {signal, *running}
    while signal in waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done - {signal}:
            task.result()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
