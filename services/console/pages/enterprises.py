"""An enterprise: what holds, why, since when, and who said so."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Current, the_day
from services.console.problems import problem
from services.console.templating import link
from services.console.views.explanation import explained
from xianfeng.clock import SHANGHAI

router = APIRouter()

FIND_LIMIT = 30


@router.get("/enterprises/{enterprise}")
async def enterprise(
    page: Current, enterprise: str, day: Annotated[str, Depends(the_day)], known_at: str = ""
) -> Response:
    """Explain an enterprise; ``known_at`` is local time of Asia/Shanghai as a browser's field gives it."""
    message = coverage_pb2.ExplainRequest(enterprise=enterprise, day=day, known_at=_instant(known_at))
    answer = await page.ask(page.context.peers.coverage.Explain, message)
    view = explained(answer, page.reader)
    return page.show("enterprise.html", view=view, asked_day=day, known_at=known_at)


@router.get("/find")
async def find(page: Current, q: str = "") -> Response:
    """Find units and enterprises by name or code; an exact and only answer is opened at once."""
    text = q.strip()[:100]
    found = coverage_pb2.FindResponse()
    if text:
        message = coverage_pb2.FindRequest(text=text, limit=FIND_LIMIT)
        found = await page.ask(page.context.peers.coverage.Find, message)
    if not found.units and [row.code for row in found.enterprises] == [text.upper()]:
        return RedirectResponse(link("enterprises", found.enterprises[0].code), 303)
    return page.show("find.html", found=found, text=text)


def _instant(local: str) -> str:
    if not local:
        return ""
    try:
        moment = datetime.fromisoformat(local)
    except ValueError:
        raise problem(422, "bad-instant", instant=local[:40]) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).isoformat()
