"""The auditor's pages: any day of any unit, what was known then, saved reports, corrections, decisions, views."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import audit_pb2, reports_pb2
from services.console.context import Current, Page
from services.console.templating import link
from services.console.views.audit import facts, views
from services.console.when import WhenAsked

router = APIRouter()

SEE_OTHER = 303
FIRST, PAGE_SIZE = 5, 50
Matter = Literal["corrections", "decisions", "views"]


@router.get("/audit")
async def audit(page: Current, unit: str = "") -> Response:
    """Show the saved reports of a unit (by default the account's own), and the newest of each list."""
    peers = page.context.peers
    above = await page.ask(peers.coverage.Figures, coverage_pb2.FiguresRequest(unit=unit or page.reader.unit))
    of = above.figures.unit
    saved, *newest = await asyncio.gather(
        page.ask(peers.reports.List, reports_pb2.ListReportsRequest(unit=of.id)),
        *(_listed(page, matter, of.id, FIRST, "") for matter in ("corrections", "decisions", "views")),
    )
    answer: Response = page.show(
        "audit.html", unit=of, day=above.basis.business_date, saved=saved.rows, lists=[shown for shown, _ in newest],
        demonstration=above.basis.demonstration,
    )  # fmt: skip
    return answer


@router.get("/audit/open")
async def opened(page: Current, when: WhenAsked, unit: str = "", enterprise: str = "") -> Response:
    """Lead to a unit or an enterprise on a day, as it is known now or was known at a moment."""
    if enterprise.strip():
        return RedirectResponse(link("enterprises", enterprise.strip(), **when.query), SEE_OTHER)
    answer = await page.ask(page.context.peers.coverage.Figures, coverage_pb2.FiguresRequest(unit=unit, day=when.day))
    return RedirectResponse(link("units", answer.figures.unit.id, **when.query), SEE_OTHER)


@router.get("/audit/{matter}")
async def matters(page: Current, matter: Matter, unit: str = "", at: str = "") -> Response:
    """Show one list, page by page, newest first."""
    request = coverage_pb2.FiguresRequest(unit=unit or page.reader.unit)
    above = await page.ask(page.context.peers.coverage.Figures, request)
    of = above.figures.unit
    shown, more = await _listed(page, matter, of.id, PAGE_SIZE, at)
    answer: Response = page.show(
        "audit_list.html", unit=of, shown=shown, next_at=more, further=bool(at),
        demonstration=above.basis.demonstration,
    )  # fmt: skip
    return answer


async def _listed(page: Page, matter: str, unit: str, size: int, at: str) -> tuple[Any, str]:
    audit = page.context.peers.audit
    request = audit_pb2.AuditRequest(unit=unit, page_size=size, page_token=at)
    if matter == "views":
        answer = await page.ask(audit.ListViews, request)
        return views(answer), answer.next_page_token
    answer = await page.ask(audit.ListCorrections if matter == "corrections" else audit.ListDecisions, request)
    return facts(matter, answer), answer.next_page_token
