"""First screens: each account's own, by its role and the level of its unit. One button for each thing to do."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import grpc
from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import matters_pb2, reports_pb2, work_pb2
from services.console.context import Current, Everyone, Page
from services.console.entry.offers import may
from services.console.monthly import Shown, end_of_last_month, find, find_asked, may_send
from services.console.problems import above_form
from services.console.templating import link
from services.console.views.compared import compared
from services.console.views.home import DECIDED, UPPER, counted_queues, duty_tasks, queue, sorted_tasks, to_decide
from services.console.views.labels import DUTIES
from services.console.views.report import LISTS
from services.console.views.sending import sending
from xianfeng.event import derived_id
from xianfeng.words import say

router = APIRouter()

SEE_OTHER = 303
TEN = 10
# Roles whose first screen is a page of its own.
ELSEWHERE = {"enterprise": "/filing", "auditor": "/audit", "operator": "/health"}
CLERKS = ("sub_district", "community")
FOR_COUNTY = ("unplaced", "confirm", "outside", "to_settle", "filing", "difference")
# What the figures do not say already.
FOR_ABOVE = ("difference",)
FOR_CLERK = ("advisers", "verification")
FormText = Annotated[str, Form(max_length=200)]


@router.get("/")
async def start(page: Everyone) -> Response:
    """Show, or lead to, the account's own first screen."""
    reader = page.reader
    if reader.role in ELSEWHERE:
        return RedirectResponse(ELSEWHERE[reader.role], SEE_OTHER)
    if reader.role == "administrator":
        return RedirectResponse(link("units", reader.unit or await _root(page)), SEE_OTHER)
    return await _home(page)


@router.post("/")
async def nothing_changed(page: Current, month: FormText = "", token: FormText = "") -> Response:
    """Send the unit's report of a month in which nothing changed; with changes it is for reading first."""
    if not page.context.sessions.made_for(page.reader, token):
        return await _home(page, status=403, notice=say("console.reports.notice.token"))
    found = await find(page, page.reader.unit, month)
    if why := await _not_unchanged(page, found):
        return await _home(page, status=409, notice=why)
    request = reports_pb2.SendReportRequest(
        command_id=derived_id("unchanged", found.report.unit.id, month, found.report.made), content=found.content,
        seal=found.seal, notes=[say("console.home.unchanged.note")],
    )  # fmt: skip
    try:
        await page.ask(page.context.peers.reports.Send, request)
    except grpc.aio.AioRpcError as error:
        status, why = above_form(error)
        return await _home(page, status=status, notice=why)
    return RedirectResponse("/", SEE_OTHER)


async def _not_unchanged(page: Page, found: Shown) -> str:
    """Why the report is not to be sent by one button; empty when nothing changed and nothing is to be explained."""
    month, changed = found.report.month, sum(len(getattr(found.report, name)) for name in LISTS)
    if changed:
        return say("console.home.unchanged.changed", month=month, count=changed)
    if not may_send(page.reader, found):
        return say("console.home.unchanged.not-open", month=month)
    asked = (await find_asked(page, found)).changes
    return say("console.home.unchanged.asked", month=month) if asked else ""


async def _home(page: Page, *, status: int = 200, notice: str = "") -> Response:
    """The screen of an office: of a clerk, of a county, or of the levels above."""
    peers, unit = page.context.peers, page.reader.unit
    above = await page.ask(peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=unit))
    level = above.figures.unit.level
    clerk = page.reader.role in CLERKS or level in ("street", "community")
    parts = await (_clerk if clerk else _above if level in UPPER else _county)(page, above)
    answer: Response = page.show(
        "home.html", status=status, unit=above.figures.unit, day=above.basis.business_date, notice=notice,
        token=page.context.sessions.form_token(page.reader), demonstration=above.basis.demonstration,
        **{"tasks": None, "queues": (), "compared": None, "asked": None, "waiting": 0, "before_day": "", **parts},
    )  # fmt: skip
    return answer


async def _above(page: Page, above: Any) -> dict[str, Any]:
    """Reports of the month, figures beside last month's, what is to be explained, and lists with their numbers."""
    peers, unit = page.context.peers, above.figures.unit
    last_day = end_of_last_month(above.basis.business_date)
    before, reports, queues = await asyncio.gather(
        page.ask(peers.coverage.Figures, coverage_pb2.FiguresRequest(unit=unit.id, day=last_day)),
        _reports(page, above),
        _queues(page, unit, FOR_ABOVE, 1),
    )
    request = reports_pb2.UnexplainedRequest(
        unit=unit.id, month=above.basis.business_date[:7], figures=above.figures, before=before.figures,
        before_day=last_day,
    )  # fmt: skip
    asked = await page.ask(peers.reports.Unexplained, request)
    return {
        "sending": reports, "compared": compared(above.figures, before.figures), "before_day": last_day,
        "asked": asked.changes, "queues": (*counted_queues(above.figures), *queues),
    }  # fmt: skip


async def _county(page: Page, above: Any) -> dict[str, Any]:
    """The housing authority's lists, each with its first items."""
    reports, queues = await asyncio.gather(
        _reports(page, above), _queues(page, above.figures.unit, FOR_COUNTY, TEN // 2)
    )
    return {"sending": reports, "queues": queues}


async def _clerk(page: Page, above: Any) -> dict[str, Any]:
    """At most ten things, the nearest day first."""
    unit, may_ = above.figures.unit, _may(page)
    coverage = page.context.peers.coverage
    reports, queues, *listed = await asyncio.gather(
        _reports(page, above),
        _queues(page, unit, FOR_CLERK, TEN),
        *(
            page.ask(coverage.List, coverage_pb2.ListRequest(unit=unit.id, duty=duty, page_size=TEN, sort="due"))
            for duty in DUTIES
        ),
    )
    tasks = [task for found in queues for task in found.tasks]
    for duty, answer in zip(DUTIES, listed, strict=True):
        tasks += duty_tasks(duty, answer.rows, may_)
    waiting = sum(found.total for found in queues) + sum(answer.total for answer in listed)
    return {"sending": reports, "tasks": sorted_tasks(tasks, TEN), "waiting": waiting, "queues": queues}


async def _reports(page: Page, above: Any) -> Any:
    """How the reports of the last month stand, for the unit and those below it that are asked for one."""
    cutoff = end_of_last_month(above.basis.business_date)
    request = reports_pb2.ListReportsRequest(unit=above.figures.unit.id, month=cutoff[:7])
    return sending(await page.ask(page.context.peers.reports.List, request), above, cutoff)


async def _queues(page: Page, unit: Any, names: tuple[str, ...], first: int) -> tuple[Any, ...]:
    """The account's own decisions first, then registry's work lists."""
    peers = page.context.peers
    mine = matters_pb2.MattersRequest(unit=unit.id, kinds=DECIDED, mine=True, page_size=first)
    request = work_pb2.WorkRequest(unit=unit.id, lists=names, first=first)
    open_, answer = await asyncio.gather(page.ask(peers.matters.List, mine), page.ask(peers.work.Overview, request))
    return (to_decide(open_, unit), *(queue(found, unit, _may(page)) for found in answer.lists))


async def _root(page: Page) -> str:
    """The unit of an account that holds all of the deployment."""
    answer = await page.ask(page.context.peers.coverage.Figures, coverage_pb2.FiguresRequest())
    return str(answer.figures.unit.id)


def _may(page: Page) -> Any:
    return lambda command: may(page.reader, command)
