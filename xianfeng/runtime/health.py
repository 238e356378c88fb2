"""How to see that a program is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from xianfeng.runtime import kafka, postgres

__all__ = ["console_answers", "grpc_serves", "kafka_answers", "postgres_answers", "reachable"]

PATIENCE = 2.0
Check = Callable[[], Awaitable[bool]]


def postgres_answers(port: int) -> Check:
    """Ready: the server takes sessions."""
    return partial(asyncio.to_thread, postgres.answers, port)


def kafka_answers(port: int) -> Check:
    """Ready: the broker is unfenced and serves."""
    return partial(asyncio.to_thread, kafka.answers, port)


def grpc_serves(address: str) -> Check:
    """Ready: the standard gRPC health service says SERVING for the whole server."""

    async def check() -> bool:
        # Asked thirty times a second while a service starts: a channel is for a port that is open.
        if not await _is_open(*reachable(address).rsplit(":", 1)):
            return False
        import grpc
        from grpc_health.v1 import health_pb2, health_pb2_grpc

        async with grpc.aio.insecure_channel(reachable(address)) as channel:
            try:
                answer = await health_pb2_grpc.HealthStub(channel).Check(
                    health_pb2.HealthCheckRequest(), timeout=PATIENCE
                )
            except grpc.aio.AioRpcError:
                return False
            return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    return check


def console_answers(address: str) -> Check:
    """Ready: ``GET /healthz`` is answered with 200."""

    async def check() -> bool:
        try:
            return await asyncio.wait_for(_get_ok(*reachable(address).rsplit(":", 1)), PATIENCE)
        except (OSError, TimeoutError):
            return False

    return check


def reachable(address: str) -> str:
    """Return the address to connect to, where the one listened on may be a wildcard."""
    host, port = address.rsplit(":", 1)
    return f"{'127.0.0.1' if host in ('0.0.0.0', '::', '[::]') else host}:{port}"


async def _is_open(host: str, port: str) -> bool:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), PATIENCE)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _get_ok(host: str, port: str) -> bool:
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(f"GET /healthz HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
        return (await reader.readline()).split()[1:2] == [b"200"]
    finally:
        writer.close()
