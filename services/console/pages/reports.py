"""Monthly reports: who has sent, the report itself or one of its editions, sending it up and sending it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import grpc
from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

import services.registry.events
from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.coverage.v1 import reports_pb2 as made_pb2
from proto.xianfeng.registry.v1 import reports_pb2
from services.console.context import Current, Page
from services.console.exports.handing import hand_out
from services.console.exports.report import report_paper
from services.console.problems import PageProblem, of_rpc, problem
from services.console.session import Reader
from services.console.templating import link
from services.console.views.report import figures, headings, lists, seen
from xianfeng.event import new_id
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.permissions import Permissions
from xianfeng.words import say

router = APIRouter()

SEE_OTHER = 303
# The table of roles is data of registry's: what it would refuse is not offered.
ROLES = Path(services.registry.events.__file__).parents[1] / "roles.toml"
Short = Annotated[str, Field(max_length=200)]
FormText = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Field(max_length=5000)]


@dataclass(frozen=True)
class Shown:
    """A report on its page. `edition` is None for figures of now; `row` says how the unit's report stands."""

    content: bytes
    seal: bytes
    report: Any
    edition: Any
    row: Any


@router.get("/units/{unit}/reports")
async def overview(page: Current, unit: str, month: str = "") -> Response:
    """Show which of the unit's children have sent for a month (by default the last one), and its own past months."""
    above = await page.ask(page.context.peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=unit))
    month = month or _last_month(above.basis.business_date)
    reports = page.context.peers.reports
    of_month = await page.ask(reports.List, reports_pb2.ListReportsRequest(unit=above.figures.unit.id, month=month))
    of_unit = await page.ask(reports.List, reports_pb2.ListReportsRequest(unit=above.figures.unit.id))
    return page.show(
        "reports.html", unit=above.figures.unit, units=tuple(above.path), month=month, rows=of_month.rows,
        own=of_unit.rows, demonstration=above.basis.demonstration, states=_states(),
    )  # fmt: skip


@router.get("/units/{unit}/reports/{month}")
async def report(page: Current, unit: str, month: str, edition: int = 0, cutoff: str = "") -> Response:
    """Show one edition, or what the report would be now."""
    return _show(page, await _find(page, unit, month, edition, cutoff))


@router.get("/units/{unit}/reports/{month}/{form:paper}")
async def on_paper(
    page: Current, unit: str, month: str, form: str, *, edition: int = 0, cutoff: str = ""
) -> Response:
    """Give the report with a cover to sign and every enterprise behind the figures."""
    found = await _find(page, unit, month, edition, cutoff)
    back = link("units", found.report.unit.id, "reports", month, edition=edition, cutoff=cutoff)
    return await hand_out(page, form, report_paper(_parts(found), back))


class Sending(BaseModel):
    """The form: `looked` is what was looked at (``seen``), each line of `notes` a paragraph."""

    token: Short = ""
    looked: Short = ""
    cutoff: Short = ""
    notes: Long = ""


@router.post("/units/{unit}/reports/{month}/send")
async def send(page: Current, unit: str, month: str, form: Annotated[Sending, Form()]) -> Response:
    """Send what was looked at; when figures have changed since, show them first."""
    found, notes = await _find(page, unit, month, 0, form.cutoff), form.notes
    if not page.context.sessions.made_for(page.reader, form.token):
        return _show(page, found, status=403, notice=say("console.reports.notice.token"), notes=notes)
    if seen(found.report) != form.looked:
        return _show(page, found, status=409, notice=say("console.reports.notice.changed"), notes=notes)
    paragraphs = [line.strip() for line in notes.splitlines() if line.strip()]
    request = reports_pb2.SendReportRequest(
        command_id=new_id(), content=found.content, seal=found.seal, notes=paragraphs
    )
    try:
        receipt = await page.ask(page.context.peers.reports.Send, request)
    except grpc.aio.AioRpcError as error:
        told = _refused(error)
        return _show(page, found, status=told.status, notice=f"{told.detail or told.title} {told.remedy}", notes=notes)
    return RedirectResponse(link("units", unit, "reports", month, edition=receipt.edition), SEE_OTHER)


@router.post("/units/{unit}/reports/{month}/return")
async def give_back(page: Current, unit: str, month: str, token: FormText = "", reason: FormText = "") -> Response:
    """Send the unit's report back to it."""
    if not page.context.sessions.made_for(page.reader, token):
        raise problem(403, "forbidden")
    request = reports_pb2.ReturnReportRequest(command_id=new_id(), unit=unit, month=month, reason=reason)
    await page.ask(page.context.peers.reports.Return, request)
    return RedirectResponse(link("units", unit, "reports", month=month), SEE_OTHER)


async def _find(page: Page, unit: str, month: str, edition: int, cutoff: str) -> Shown:
    peers = page.context.peers
    answer = await page.ask(peers.reports.List, reports_pb2.ListReportsRequest(unit=unit, month=month))
    if edition:
        request = reports_pb2.OpenReportRequest(unit=unit, month=month, edition=edition)
        opened = await page.ask(peers.reports.Open, request)
        return Shown(opened.content, b"", made_pb2.Report.FromString(opened.content), opened, answer.rows[0])
    made = await page.ask(peers.monthly.Make, made_pb2.MakeReportRequest(unit=unit, month=month, cutoff=cutoff))
    return Shown(made.content, made.seal, made_pb2.Report.FromString(made.content), None, answer.rows[0])


def _show(page: Page, found: Shown, *, status: int = 200, notice: str = "", notes: str = "") -> Response:
    answer: Response = page.show(
        "report.html", status=status, looked=seen(found.report), notice=notice, notes=notes, states=_states(),
        token=page.context.sessions.form_token(page.reader), may_send=_may_send(page.reader, found),
        may_return=_may_return(page.reader, found), **_parts(found),
    )  # fmt: skip
    return answer


def _parts(found: Shown) -> dict[str, Any]:
    """What a report shows on the screen as on paper."""
    report = found.report
    return {
        "shown": found,
        "report": report,
        "figures": figures(report),
        "lists": lists(report),
        "broken": [check for check in report.checks if check.difference],
        "layouts": [(layout, headings(layout)) for layout in report.layouts],
        "demonstration": report.basis.demonstration,
    }


def _may_send(reader: Reader, found: Shown) -> bool:
    open_now = found.edition is None and not found.report.preliminary and found.row.state != "sent"
    return open_now and _may(reader, "Send") and (_is_own(reader, found) or reader.role == "administrator")


def _may_return(reader: Reader, found: Shown) -> bool:
    sent = found.edition is not None and found.row.state == "sent" and found.edition.edition == found.row.edition
    return sent and _may(reader, "Return") and (not _is_own(reader, found) or reader.role == "administrator")


def _is_own(reader: Reader, found: Shown) -> bool:
    return bool(reader.unit == found.report.unit.id)


def _may(reader: Reader, method: str) -> bool:
    return _permissions().may(Principal(reader.handle, reader.role), f"/xianfeng.registry.v1.Reports/{method}")


@cache
def _permissions() -> Permissions:
    return Permissions.load(ROLES)


def _states() -> dict[str, str]:
    return {state: say(f"reports.state.{state or 'none'}") for state in ("", "sent", "returned", "excused")}


def _refused(error: Any) -> PageProblem:
    found = of_rpc(error)
    if found.status >= 500 or error.code() is grpc.StatusCode.UNAUTHENTICATED:
        raise error
    return found


def _last_month(day: str) -> str:
    return (date.fromisoformat(day).replace(day=1) - timedelta(days=1)).isoformat()[:7]
