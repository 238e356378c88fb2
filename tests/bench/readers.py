"""Two thousand readers of live numbers: what they cost the console, and how late the last of them sees a change."""

from __future__ import annotations

import asyncio
import re
import time
from bisect import bisect_left
from collections.abc import Iterator
from typing import cast

import psutil
import uvloop

from services.console.session import COOKIE
from tests.bench.figure import Figure, p99
from tests.bench.pages import Processor, changes
from tests.bench.place import Place
from tests.bench.province import append_events
from tests.e2e.page import Page

__all__ = ["measure"]

READERS, UNIT = 2_000, "410000"
UPDATES, SECONDS = 2, 20
_REGISTERED = re.compile("登记([0-9,]+)家".encode())
_LONGEST = 40


def measure() -> Iterator[Figure]:
    """All read the province's stream; each change is an enterprise registered in one of its counties."""
    with Place() as place:
        append_events(place.settings.dsn("registry"), 10_000)
        place.office.settle(seconds=120)
        share, delays = uvloop.run(_watched(place))
    how = f"{READERS:,} streams of one unit, {UPDATES} updates a second for {SECONDS} s"
    yield Figure("live readers: share of a core, console", share * 100, "%", ("<=", 15), how)
    how = f"{how}; from the command's answer to the frame at a reader"
    yield Figure("live readers: p99", p99(delays), "ms", ("<=", 200), how)


class Stream(asyncio.Protocol):
    """One reader: notes when each number of registered enterprises arrives."""

    def __init__(self, request: bytes) -> None:
        self._request, self._rest = request, b""
        self.seen: list[tuple[int, float]] = []
        self.first = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        # A frame may come in two pieces.
        data = self._rest + data
        self._rest = data[-_LONGEST:]
        if found := _REGISTERED.search(data):
            self.seen.append((int(found[1].replace(b",", b"")), time.perf_counter()))
            self.first.set()


async def _watched(place: Place) -> tuple[float, list[float]]:
    """The console's share of a core while changes are shown, and the delay of each change at each reader."""
    streams = await _connect(place)
    start = streams[0].seen[-1][0]
    console = Processor(lambda: [psutil.Process(place.installation.pid("console"))])
    began = time.perf_counter()
    with changes(place, UPDATES, SECONDS) as committed:
        await asyncio.sleep(SECONDS)
        share = console.spent() / (time.perf_counter() - began)
    await _until_all_see(streams, start + len(committed))
    for stream in streams:
        stream.transport.close()
    return share, [late for stream in streams for late in _delays(stream, start, committed)]


async def _connect(place: Place) -> list[Stream]:
    page = Page(place.settings)
    cookie = f"{COOKIE}={page.cookie}"
    page.close()
    host, _, port = place.settings.address("console").rpartition(":")
    request = f"GET /units/{UNIT}/events HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    loop, streams = asyncio.get_running_loop(), []
    for _ in range(READERS):
        _, stream = await loop.create_connection(lambda: Stream(request), host, int(port))
        streams.append(stream)
    async with asyncio.timeout(60):
        for stream in streams:
            await stream.first.wait()
    return streams


async def _until_all_see(streams: list[Stream], registered: int) -> None:
    async with asyncio.timeout(30):
        while any(stream.seen[-1][0] < registered for stream in streams):
            await asyncio.sleep(0.05)


def _delays(stream: Stream, start: int, committed: list[float]) -> Iterator[float]:
    """A reader who was given a newer number instead has seen the change then."""
    numbers = [number for number, _ in stream.seen]
    for n, at in enumerate(committed, start + 1):
        yield max(0.0, stream.seen[bisect_left(numbers, n)][1] - at)
