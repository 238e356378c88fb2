"""Live numbers: shared streams, newest frames only, and coming back after an outage."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from services.console.slots import Slot
from tests.integration.console.conftest import Site
from tests.integration.console.eventually import eventually
from tests.integration.console.figures import ROOT

CITY, COUNTY = "unit-410800", "unit-410802"


class Frames:
    """The events of one stream, read in the background: (name, data)."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.live: dict[str, dict[str, str]] = {}

    async def read(self, answer: httpx.Response) -> None:
        name, data = "", []
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data.append(line[6:])
            elif not line and name:
                self.take(name, "\n".join(data))
                name, data = "", []

    def take(self, name: str, data: str) -> None:
        self.seen.append((name, data))
        if name != "state":
            self.live.setdefault(name, {}).update(json.loads(data)["live"])

    def newest(self, name: str) -> str:
        return next((data for event, data in reversed(self.seen) if event == name), "")


@asynccontextmanager
async def stream(site: Site, address: str) -> AsyncIterator[Frames]:
    frames = Frames()
    async with site.client() as client:
        await site.login(client)
        async with client.stream("GET", address, headers={"Accept": "text/event-stream"}) as answer:
            assert answer.headers["x-accel-buffering"] == "no"
            assert answer.headers["cache-control"] == "no-store"
            reading = asyncio.create_task(frames.read(answer))
            yield frames
            reading.cancel()


def shows(live: dict[str, str], value: int) -> bool:
    return live.get("n-must-form") == f'<span id="n-must-form" data-live>{value}</span>'


@pytest.mark.alone
async def test_a_change_reaches_every_level_that_is_watched(site: Site) -> None:
    async with stream(site, f"/events?unit={COUNTY}&unit={ROOT}") as frames:
        await eventually(lambda: bool(frames.newest(COUNTY) and frames.newest(ROOT)), "first frames")
        site.world.set_must_form(COUNTY, 9)
        await eventually(lambda: shows(frames.live[COUNTY], 9), "the county's new number", seconds=1)
        await eventually(lambda: shows(frames.live[ROOT], 9), "the province's new number", seconds=1)
        assert frames.newest("state") == "live"


async def test_clients_share_one_watch_and_get_the_same_bytes(site: Site) -> None:
    async with stream(site, f"/units/{CITY}/events") as one, stream(site, f"/units/{CITY}/events") as two:
        await eventually(lambda: bool(one.newest(CITY) and two.newest(CITY)), "first frames")
        assert len(site.world.changed[CITY]) == 1
        assert site.context.hub.clients == 2
        site.world.set_must_form(COUNTY, 7)
        await eventually(lambda: shows(two.live[CITY], 7), "second frame")
        await eventually(lambda: one.seen[-1] == two.seen[-1], "the same frame")
        assert len(json.loads(one.newest(CITY))["live"]) < len(one.live[CITY]) / 2


async def within(seconds: float, slot: Slot) -> bytes:
    """What comes in so many seconds; empty bytes if nothing."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            return await slot.take()
    return b""


async def test_a_slow_reader_skips_to_the_newest(site: Site) -> None:
    hub = site.context.hub
    with hub.subscribe([COUNTY]) as slow, hub.subscribe([COUNTY]) as quick:
        taken = b""
        for value in range(20, 60):
            site.world.set_must_form(COUNTY, value)
            taken += await within(0.02, quick)
        while b">59<" not in taken:
            taken += await asyncio.wait_for(quick.take(), 5)
        frames = Frames()
        for event in (await slow.take()).decode().strip().split("\n\n"):
            name, data = event.split("\n")
            frames.take(name.removeprefix("event: "), data.removeprefix("data: "))
        assert [name for name, _ in frames.seen] == ["state", COUNTY]
        assert shows(frames.live[COUNTY], 59)
        assert len(frames.live[COUNTY]) > 50


async def test_streams_say_stalled_and_go_on_after_an_outage(site: Site) -> None:
    async with stream(site, f"/events?unit={COUNTY}") as frames:
        await eventually(lambda: bool(frames.newest(COUNTY)), "first frame")
        await site.services.stop()
        await eventually(lambda: frames.newest("state") == "stalled", "the stalled mark")
        site.world.set_must_form(COUNTY, 33)
        await site.services.start()
        await eventually(lambda: shows(frames.live[COUNTY], 33), "the number after the outage")
        assert frames.newest("state") == "live"


async def test_nobody_watches_a_unit_that_nobody_looks_at(site: Site) -> None:
    async with stream(site, f"/events?unit={COUNTY}") as frames:
        await eventually(lambda: bool(frames.newest(COUNTY)), "first frame")
    await eventually(lambda: not site.world.changed[COUNTY], "end of the watch")
    assert site.context.hub.watched == 0


async def test_a_stream_without_login_is_told_to_log_in(site: Site) -> None:
    async with site.client() as client:
        answer = await client.get(f"/events?unit={COUNTY}", headers={"Accept": "text/event-stream"})
    assert answer.text == "event: state\ndata: login\n\n"


async def test_a_stream_of_an_unknown_unit_or_of_too_many_is_refused(site: Site) -> None:
    async with site.client() as client:
        await site.login(client)
        assert (await client.get("/events?unit=nowhere")).status_code == 404
        assert (await client.get("/events")).status_code == 422
        assert (await client.get("/events?" + "&".join(["unit=x"] * 17))).status_code == 422
