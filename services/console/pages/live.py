"""Live numbers as server-sent events: one stream a browser, for all units that its pages show."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Current, Page
from services.console.event_stream import EventStream
from services.console.problems import problem

router = APIRouter()

MOST_UNITS = 16
MOST_CLIENTS = 4000


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
    return EventStream(hub, units)


async def _allowed(page: Page, unit: str) -> str:
    # The stream itself is shared and opened by the console: the reader's own right is asked here.
    answer = await page.ask(page.context.peers.coverage.Figures, coverage_pb2.FiguresRequest(unit=unit))
    return str(answer.figures.unit.id)
