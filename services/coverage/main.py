"""How coverage starts and stops: schema, relay, unit tree, projection, then the gRPC server and its health."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import structlog

from services.coverage.bus import CoverageBus
from services.coverage.server import CoverageServer, prepare_schema
from xianfeng import telemetry
from xianfeng.clock import clock_from
from xianfeng.rpc.runner import end_all, run_service, until_closing
from xianfeng.settings import Settings

__all__ = ["main", "serve"]

_log = structlog.get_logger("xianfeng.coverage")


def main() -> int:
    """Run until SIGTERM; the exit code."""
    telemetry.configure("coverage")
    return run_service(lambda closing: serve(Settings.load(create=False), closing))


async def serve(settings: Settings, closing: asyncio.Event) -> None:
    """Run coverage until `closing` is set. Raises StartFailure."""
    clock, dsn, registry = clock_from(settings.clock), settings.dsn("coverage"), settings.address("registry")
    await asyncio.to_thread(prepare_schema, dsn)
    server = CoverageServer(
        dsn, settings.address("coverage"), signing_key=settings.signing_key, clock=clock, root=settings.root_unit,
        registry=registry,
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.close)
        await server.open()
        bus = CoverageBus(server, dsn, settings.kafka_bootstrap, clock, registry)
        stack.callback(bus.close)
        running = [asyncio.create_task(part, name=name) for name, part in bus.coroutines()]
        running.append(asyncio.create_task(_serve_when_ready(server, bus, closing), name="health"))
        stack.push_async_callback(end_all, running)
        await server.rpc.start()
        stack.push_async_callback(server.stop_serving)
        await until_closing(closing, running)


async def _serve_when_ready(server: CoverageServer, bus: CoverageBus, closing: asyncio.Event) -> None:
    await bus.ready()
    await server.rpc.serving(True)
    _log.info("coverage-serves", address=server.rpc.address)
    await closing.wait()
