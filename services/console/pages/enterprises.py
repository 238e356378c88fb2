"""An enterprise: what holds, why, since when, and who said so."""

from __future__ import annotations

import asyncio

import grpc
from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Current, Page
from services.console.templating import link
from services.console.views.explanation import explained
from services.console.views.forming import Forming, forming
from services.console.when import WhenAsked
from xianfeng.names import fold_name

router = APIRouter()

FIND_LIMIT = 30
MOST_ORGANISATIONS = 5


@router.get("/enterprises/{enterprise}")
async def enterprise(page: Current, enterprise: str, when: WhenAsked) -> Response:
    message = coverage_pb2.ExplainRequest(enterprise=enterprise, day=when.day, known_at=when.instant)
    answer = await page.ask(page.context.peers.coverage.Explain, message)
    view = explained(answer)
    # What registry says is of today's knowledge: it has no place beside what was known at an earlier moment.
    steps = () if page.reader.enterprise or when.known_at else await forming_of(page, answer.row.subject, answer.day)
    demonstration = answer.basis.demonstration
    return page.show("enterprise.html", view=view, when=when, forming=steps, demonstration=demonstration)


@router.get("/find")
async def find(page: Current, q: str = "") -> Response:
    """Find units, enterprises and projects by name or code; an exact and only answer is opened at once."""
    text = q.strip()[:100]
    found = coverage_pb2.FindResponse()
    if text:
        message = coverage_pb2.FindRequest(text=text, limit=FIND_LIMIT)
        found = await page.ask(page.context.peers.coverage.Find, message)
    if not found.units and [row.code for row in found.enterprises] == [fold_name(text).upper()]:
        return RedirectResponse(link("enterprises", found.enterprises[0].code), 303)
    return page.show("find.html", found=found, text=text, demonstration=found.demonstration)


async def forming_of(page: Page, enterprise: str, day: str) -> tuple[Forming, ...] | None:
    """Return the organisations being formed of this enterprise; None when registry does not tell this account."""
    registry = page.context.peers.registry
    try:
        listed = await page.ask(
            registry.ListOrganisations,
            queries_pb2.ListRequest(member_of=enterprise, ended=True, page_size=MOST_ORGANISATIONS),
        )
        wanted = [queries_pb2.GetRequest(ref=row.subject, day=day) for row in listed.rows]
        views = await asyncio.gather(*(page.ask(registry.GetOrganisation, message) for message in wanted))
    except grpc.aio.AioRpcError as refused:
        if refused.code() is grpc.StatusCode.UNAUTHENTICATED:
            raise
        return None
    return tuple(forming(view) for view in views)
