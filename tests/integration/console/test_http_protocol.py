"""A request without an end is refused before it fills the memory; ordinary ones are not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from services.console.http_protocol import LARGEST_HEAD, BoundedHttp

_PIECE = b"x" * 4_096
# The server may read four times the bound at once, and counts what is unfinished from then on.
_TIMES = 10 * LARGEST_HEAD // len(_PIECE)
_GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
_CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
_ENDLESS = {
    "address": (b"GET /", [_PIECE] * _TIMES),
    "header": (_GET + b"X-A: ", [_PIECE] * _TIMES),
    "name": (_GET, [_PIECE] * _TIMES),
    "headers": (_GET, [b"X-A: " + _PIECE + b"\r\n"] * _TIMES),
    "trailers": (_CHUNKED, [b"X-A: " + _PIECE + b"\r\n"] * _TIMES),
    "extension": (_CHUNKED[:-3] + b"1;", [_PIECE] * _TIMES),
}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    size = len(await Request(scope, receive).body())
    await PlainTextResponse(f"took {size}")(scope, receive, send)


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="off", http=BoundedHttp)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def answer(port: int, pieces: Iterable[bytes]) -> bytes:
    """Send piece by piece until the other side has had enough, and return all that it says until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    said = b""
    with suppress(ConnectionError):
        async with asyncio.timeout(10):
            while piece := await reader.read(65_536):
                said += piece
    writer.close()
    return said


@pytest.mark.parametrize("kind", _ENDLESS)
async def test_what_has_no_end_is_refused(kind: str) -> None:
    beginning, more = _ENDLESS[kind]
    async with served() as port:
        said = await answer(port, [beginning, *more])
        # What was still on its way when the server closed may cost its last words; that it closed is what counts.
        assert said[:13] in (b"HTTP/1.1 400 ", b"")
        assert b"took 0" in await answer(port, [_GET, b"Connection: close\r\n\r\n"])


async def test_a_large_body_and_many_requests_on_one_connection_are_taken() -> None:
    size = 50 * LARGEST_HEAD
    large = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size
    header = b"X-A: " + b"x" * (LARGEST_HEAD // 3) + b"\r\n"
    async with served() as port:
        rest = [_GET + header + b"\r\n"] * 5 + [_GET + b"Connection: close\r\n\r\n"]
        said = await answer(port, [large + b"y" * size, *rest])
        assert said.count(b"200 OK") == 7
        assert said.count(f"took {size}".encode()) == 1
