"""What an office does with a monthly report: send it up, send it back, or not ask for it. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import grpc
from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from proto.xianfeng.registry.v1 import reports_pb2
from services.console.context import Current, Page
from services.console.monthly import find
from services.console.pages.reports import show_report
from services.console.problems import above_form
from services.console.templating import link
from services.console.views.report import seen
from xianfeng.event import new_id
from xianfeng.words import say

router = APIRouter()

SEE_OTHER = 303
Short = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=5000)]


class Sending(BaseModel):
    """The form: `looked` is what was looked at (``seen``), each line of `notes` a paragraph."""

    token: Short = ""
    looked: Short = ""
    cutoff: Short = ""
    notes: Long = ""


class Deciding(BaseModel):
    """The form of an office above; `above` is the unit whose list it goes back to."""

    token: Short = ""
    above: Short = ""
    edition: int = 0
    reason: Long = ""


@router.post("/units/{unit}/reports/{month}/send")
async def send(page: Current, unit: str, month: str, form: Annotated[Sending, Form()]) -> Response:
    """Send what was looked at; when figures have changed since, show them first."""
    found, notes = await find(page, unit, month, 0, form.cutoff), form.notes
    if not page.context.sessions.made_for(page.reader, form.token):
        return await show_report(page, found, status=403, notice=say("console.reports.notice.token"), notes=notes)
    if seen(found.report) != form.looked:
        return await show_report(page, found, status=409, notice=say("console.reports.notice.changed"), notes=notes)
    paragraphs = [line.strip() for line in notes.splitlines() if line.strip()]
    request = reports_pb2.SendReportRequest(
        command_id=new_id(), content=found.content, seal=found.seal, notes=paragraphs
    )
    try:
        receipt = await page.ask(page.context.peers.reports.Send, request)
    except grpc.aio.AioRpcError as error:
        status, notice = above_form(error)
        return await show_report(page, found, status=status, notice=notice, notes=notes)
    return RedirectResponse(link("units", unit, "reports", month, edition=receipt.edition, done="sent"), SEE_OTHER)


@router.post("/units/{unit}/reports/{month}/return")
async def give_back(page: Current, unit: str, month: str, form: Annotated[Deciding, Form()]) -> Response:
    """Send the unit's report back to it; at the top, take back the own one."""
    return await _decide(page, unit, month, form, lambda reports: reports.Return)


@router.post("/units/{unit}/reports/{month}/excuse")
async def excuse(page: Current, unit: str, month: str, form: Annotated[Deciding, Form()]) -> Response:
    """Do not ask the unit for this month's report."""
    return await _decide(page, unit, month, form, lambda reports: reports.Excuse)


async def _decide(page: Page, unit: str, month: str, form: Deciding, method: Callable[[Any], Any]) -> Response:
    reports = page.context.peers.reports
    if not page.context.sessions.made_for(page.reader, form.token):
        found = await find(page, unit, month, form.edition)
        return await show_report(
            page, found, status=403, notice=say("console.reports.notice.token"), reason=form.reason
        )
    request = reports_pb2.ReturnReportRequest(command_id=new_id(), unit=unit, month=month, reason=form.reason)
    try:
        await page.ask(method(reports), request)
    except grpc.aio.AioRpcError as error:
        status, notice = above_form(error)
        found = await find(page, unit, month, form.edition)
        return await show_report(page, found, status=status, notice=notice, reason=form.reason)
    return RedirectResponse(link("units", form.above or unit, "reports", month=month), SEE_OTHER)
