"""What is open at a unit between offices: 数据核实 with both values, and what waits for a decision."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import imports_pb2, matters_pb2
from services.console.context import Current, Page
from services.console.entry.offers import may, may_call
from services.console.views.home import DECIDED

router = APIRouter()

PAGE_SIZE = 50
DIFFERENCES = "/xianfeng.registry.v1.Imports/Differences"


class Asked(BaseModel):
    """``mine``: only what waits for this account."""

    mine: str = ""
    at: int = Field(1, ge=1, le=10_000)


@router.get("/units/{unit}/verifications")
async def verifications(page: Current, unit: str, asked: Annotated[Asked, Query()]) -> Response:
    """Counts that differ: who says what, who answers, by when; and where registers differ from the offices."""
    differences: list[object] = []
    if may_call(page.reader, DIFFERENCES):
        request = imports_pb2.DifferencesRequest(unit=unit, page_size=PAGE_SIZE)
        told = await page.ask(page.context.peers.imports.Differences, request)
        differences = [told.total, told.differences]
    return await _show(page, unit, "verifications", ("verification",), asked, differences=differences)


@router.get("/units/{unit}/decisions")
async def decisions(page: Current, unit: str, asked: Annotated[Asked, Query()]) -> Response:
    """What was proposed from below, or by another unit, and whose turn it is."""
    return await _show(page, unit, "decisions", DECIDED, asked)


async def _show(
    page: Page, unit: str, name: str, kinds: tuple[str, ...], asked: Asked, **values: Any
) -> Response:  # fmt: skip
    peers = page.context.peers
    above = await page.ask(peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=unit))
    found, request = above.figures.unit, matters_pb2.MattersRequest(unit=above.figures.unit.id, kinds=kinds)
    request.page_size, request.offset, request.mine = PAGE_SIZE, (asked.at - 1) * PAGE_SIZE, bool(asked.mine)
    listed = await page.ask(peers.matters.List, request)
    other = matters_pb2.MattersRequest(unit=found.id, kinds=kinds, mine=not asked.mine, page_size=1)
    others = (await page.ask(peers.matters.List, other)).total
    answer: Response = page.show(
        f"{name}.html", unit=found, units=tuple(above.path), listed=listed, asked=asked, others=others,
        further=asked.at * PAGE_SIZE < listed.total, counts=may(page.reader, "CountMembers"),
        settles=may(page.reader, "SettleDifference"), demonstration=listed.demonstration, **values,
    )  # fmt: skip
    return answer
