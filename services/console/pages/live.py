"""Live numbers as server-sent events: one stream a browser, for all units that its pages show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Current, Page
from services.console.problems import problem
from services.console.stream import Hub

router = APIRouter()

HEARTBEAT = 15.0
BEAT = b"event: beat\ndata:\n\n"
"""Said when there is nothing to say. An event, for a page never hears of a comment; it has a watch on silence."""
# A stream ends now and then, so that an account that was closed does not read on.
LIFETIME = 600.0
MOST_UNITS = 16
MOST_CLIENTS = 4000
HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


@router.get("/events")
async def events(page: Current, unit: Annotated[list[str], Query(min_length=1, max_length=MOST_UNITS)]) -> Response:
    """Stream the frames of several units; each event is named by its unit's id."""
    return await _answer(page, unit)


@router.get("/units/{unit}/events")
async def unit_events(page: Current, unit: str) -> Response:
    return await _answer(page, [unit])


async def _answer(page: Page, asked: list[str]) -> Response:
    hub = page.context.hub
    if hub.clients >= MOST_CLIENTS:
        raise problem(503, "crowded")
    units = await asyncio.gather(*(_allowed(page, unit) for unit in set(asked)))
    return StreamingResponse(_frames(hub, units), media_type="text/event-stream", headers=HEADERS)


async def _allowed(page: Page, unit: str) -> str:
    # The stream itself is shared and opened by the console: the reader's own right is asked here.
    answer = await page.ask(page.context.peers.coverage.Figures, coverage_pb2.FiguresRequest(unit=unit))
    return str(answer.figures.unit.id)


async def _frames(hub: Hub, units: list[str]) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    ends = loop.time() + LIFETIME
    with hub.subscribe(units) as slot:
        yield b": open\n\n"
        while loop.time() < ends and not slot.closed:
            yield await slot.take(HEARTBEAT) or BEAT
