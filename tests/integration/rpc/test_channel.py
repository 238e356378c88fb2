"""A busy service may take its time to answer a new connection: the call waits for it, and does not fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from services.console.queries import Peers
from xianfeng.rpc.channel import open_aio_channel

BUSY = 1.0
"""Seconds that the service leaves a new connection without an answer."""


@pytest.fixture
async def busy() -> AsyncIterator[str]:
    """The address of a healthy service whose process is too busy to greet a new connection at once."""
    server = grpc.aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    health_pb2_grpc.add_HealthServicer_to_server(health.aio.HealthServicer(), server)  # type: ignore[no-untyped-call]
    await server.start()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(BUSY)
        behind, before = await asyncio.open_connection("127.0.0.1", port)
        with closing(writer), closing(before):
            await asyncio.gather(pass_on(reader, before), pass_on(behind, writer))

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as front:
        yield f"127.0.0.1:{front.sockets[0].getsockname()[1]}"
    await server.stop(None)


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


def between_services(address: str) -> grpc.aio.Channel:
    return open_aio_channel(address)


def of_the_console(address: str) -> grpc.aio.Channel:
    return Peers(address, address, str)._channels[0]


@pytest.mark.parametrize("opened", [between_services, of_the_console])
async def test_a_slow_greeting_is_waited_for(busy: str, opened: Callable[[str], grpc.aio.Channel]) -> None:
    async with opened(busy) as channel:
        asked: Any = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=20)
        assert (await asked).status == health_pb2.HealthCheckResponse.SERVING
