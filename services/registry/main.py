"""How registry starts and stops (design §9): schema, first fill, accounts, relay, directory, policies, then health."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import psycopg
import structlog
from psycopg import Connection

from services.registry.accounts.first import first_administrator, keep_local_token
from services.registry.first_fill import fill_units
from services.registry.server import RegistryServer, prepare_schema
from services.registry.stream import RegistryBus
from xianfeng import bus, telemetry
from xianfeng.clock import Clock, clock_from
from xianfeng.failure import StartFailure
from xianfeng.rpc.runner import end_all, run_service, until_closing
from xianfeng.settings import Settings
from xianfeng.store.reader import find_claim
from xianfeng.units import NATION
from xianfeng.words import say

__all__ = ["main", "serve"]

_log = structlog.get_logger("xianfeng.registry")


def main() -> int:
    """Run until SIGTERM; the exit code."""
    telemetry.configure("registry")
    return run_service(lambda closing: serve(Settings.load(create=False), closing))


async def serve(settings: Settings, closing: asyncio.Event) -> None:
    """Run registry until `closing` is set. Raises StartFailure."""
    clock, dsn = clock_from(settings.clock), settings.dsn("registry")
    root = await asyncio.to_thread(_prepare, settings, dsn, clock)
    server = RegistryServer(
        dsn, settings.address("registry"), signing_key=settings.signing_key, holder_key=settings.holder_key,
        clock=clock, root=root, data_dir=settings.data_dir,
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.close)
        await server.open()
        keep_local_token(settings.data_dir, server.tokens, root)
        await first_administrator(server.office, server.book, settings.data_dir, root)
        parts = RegistryBus(server, dsn, settings.kafka_bootstrap)
        running = [asyncio.create_task(part, name=name) for name, part in parts.coroutines()]
        stack.push_async_callback(end_all, running)
        await server.start()
        stack.push_async_callback(server.stop_serving)
        await server.rpc.serving(True)
        _log.info("registry-serves", address=server.rpc.address)
        await until_closing(closing, running)


def _prepare(settings: Settings, dsn: str, clock: Clock) -> str:
    """Schema and units; the id of the deployment's root."""
    prepare_schema(dsn, bus.MIGRATIONS)
    with psycopg.connect(dsn, autocommit=True) as connection:
        filled = fill_units(connection, clock)
        if filled:
            _log.info("units-filled", events=filled)
        return _root(connection, settings.root_unit)


def _root(connection: Connection[tuple[object, ...]], code: str | None) -> str:
    found = find_claim(connection, "unit-code", code or NATION)
    if found is None:
        raise StartFailure(say("registry.start.root-unknown", unit=code))
    return found
