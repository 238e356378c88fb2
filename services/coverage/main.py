"""How coverage starts and stops (design §9): schema, unit tree, server, projection and relay beside it, then health."""

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
    dsn, clock = settings.dsn("coverage"), clock_from(settings.clock)
    await asyncio.to_thread(prepare_schema, dsn)
    server = CoverageServer(
        dsn, settings.address("coverage"), signing_key=settings.signing_key, clock=clock, root=settings.root_unit,
        registry=settings.address("registry"),
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.close)
        await server.open()
        bus = CoverageBus(server, dsn, settings.kafka_bootstrap, clock, settings.address("registry"))
        stack.callback(bus.close)
        running = [asyncio.create_task(part, name=name) for name, part in bus.coroutines()]
        stack.push_async_callback(end_all, running)
        await until_tree(bus, running)
        await server.rpc.start()
        stack.push_async_callback(server.stop_serving)
        await server.rpc.serving(True)
        _log.info("coverage-serves", address=server.rpc.address)
        await until_closing(closing, running)


async def until_tree(bus: CoverageBus, running: list[asyncio.Task[None]]) -> None:
    """No figure is right without its units: wait for the whole tree, or for what failed meanwhile."""
    grown = asyncio.create_task(bus.units.caught_up())
    await asyncio.wait({grown, *running}, return_when=asyncio.FIRST_COMPLETED)
    for task in running:
        if task.done():
            task.result()
    await grown
