"""Monthly reports to read: who has sent, the report itself or one of its editions, two of them side by side."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.coverage.v1 import reports_pb2 as made_pb2
from proto.xianfeng.registry.v1 import reports_pb2
from services.console.context import Current, Page
from services.console.exports.handing import hand_out
from services.console.exports.report import report_paper
from services.console.monthly import Shown, end_of_last_month, find, find_asked, may_excuse, may_return, may_send
from services.console.templating import link
from services.console.views.report import asked_for, compared, comparison_lists, figures, headings, lists, seen
from services.console.views.reporting import stands, summed
from xianfeng.words import say

router = APIRouter()


@router.get("/units/{unit}/reports")
async def overview(page: Current, unit: str, month: str = "") -> Response:
    """Show which of the unit's children have sent for a month (by default the last one), and its own past months."""
    above = await page.ask(page.context.peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=unit))
    month = month or end_of_last_month(above.basis.business_date)[:7]
    reports, id = page.context.peers.reports, above.figures.unit.id
    of_month = await page.ask(reports.List, reports_pb2.ListReportsRequest(unit=id, month=month))
    of_unit = await page.ask(reports.List, reports_pb2.ListReportsRequest(unit=id))
    own, *below = stands(of_month.rows, above.children, lambda row: may_excuse(page.reader, row))
    answer: Response = page.show(
        "reports.html", unit=above.figures.unit, units=tuple(above.path), month=month, own=own, below=below,
        summed=summed(below), months=of_unit.rows, demonstration=above.basis.demonstration,
        token=page.context.sessions.form_token(page.reader), states=_states(),
    )  # fmt: skip
    return answer


@router.get("/units/{unit}/reports/{month}")
async def report(
    page: Current, unit: str, month: str, *, edition: int = 0, cutoff: str = "", done: str = ""
) -> Response:
    """Show one edition, or what the report would be now; `done` says that it has just been sent."""
    return await show_report(page, await find(page, unit, month, edition, cutoff), done=done == "sent")


@router.get("/units/{unit}/reports/{month}/compare")
async def compare(page: Current, unit: str, month: str, first: int = 1, second: int = 0) -> Response:
    """Show two editions side by side (0: what the report would be now), with the enterprises that differ."""
    older = await find(page, unit, month, first)
    # What is compared with an edition is of the same day.
    newer = await find(page, unit, month, second, older.report.cutoff)
    request = made_pb2.CompareReportsRequest(older=older.content, newer=newer.content)
    found = await page.ask(page.context.peers.monthly.Compare, request)
    answer: Response = page.show(
        "report_compare.html", report=newer.report, older=older, newer=newer, last=older.row.edition, found=found,
        rows=compared(older.report, newer.report), lists=comparison_lists(found),
        demonstration=newer.report.basis.demonstration,
    )  # fmt: skip
    return answer


@router.get("/units/{unit}/reports/{month}/{form:paper}")
async def on_paper(page: Current, unit: str, month: str, form: str, *, edition: int = 0, cutoff: str = "") -> Response:
    """Give the report with a cover to sign and every enterprise behind the figures."""
    found = await find(page, unit, month, edition, cutoff)
    back = link("units", found.report.unit.id, "reports", month, edition=edition, cutoff=cutoff)
    return await hand_out(page, form, report_paper(_parts(found), back))


async def show_report(
    page: Page, found: Shown, *, status: int = 200, notice: str = "", notes: str = "", reason: str = "",
    done: bool = False,
) -> Response:  # fmt: skip
    """The report's page; `notes` and `reason` are what was typed into its forms."""
    reader, asked = page.reader, await find_asked(page, found)
    answer: Response = page.show(
        "report.html", status=status, looked=seen(found.report), notice=notice, notes=notes, reason=reason,
        done=done, states=_states(), token=page.context.sessions.form_token(reader), may_send=may_send(reader, found),
        may_return=may_return(reader, found), may_excuse=found.edition is None and may_excuse(reader, found.row),
        asked=asked_for(asked.changes), warnings=asked.warnings, **_parts(found),
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


def _states() -> dict[str, str]:
    return {state: say(f"reports.state.{state or 'none'}") for state in ("", "sent", "returned", "excused")}
