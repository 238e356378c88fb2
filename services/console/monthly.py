"""A monthly report as the console finds it: an edition, or what it would be now; and who may do what with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from proto.xianfeng.coverage.v1 import reports_pb2 as made_pb2
from proto.xianfeng.registry.v1 import reports_pb2
from services.console.context import Page
from services.console.entry.offers import may_call
from services.console.session import Reader
from services.console.views.sending import ASKS_FOR_NONE

__all__ = ["Shown", "end_of_last_month", "find", "find_asked", "may_excuse", "may_return", "may_send"]

SETTLED = ("sent", "excused")


@dataclass(frozen=True)
class Shown:
    """A report. `edition` is None for figures of now; `row` says how the unit's report stands, `below` those below it.

    `top`: nobody is above the unit.
    """

    content: bytes
    seal: bytes
    report: Any
    edition: Any
    row: Any
    below: Sequence[Any]
    top: bool

    @property
    def waits_for(self) -> list[str]:
        """The units below that have figures and have neither sent nor been excused: they send first."""
        settled = {row.unit for row in self.below if row.state in SETTLED}
        asked = (child for child in self.report.children if child.registered and child.unit.level != ASKS_FOR_NONE)
        return [child.unit.name for child in asked if child.unit.id not in settled]


def end_of_last_month(day: str) -> str:
    """The last day of the month before this ISO day's: its report is the one that is due."""
    return (date.fromisoformat(day).replace(day=1) - timedelta(days=1)).isoformat()


async def find(page: Page, unit: str, month: str, edition: int = 0, cutoff: str = "") -> Shown:
    """An edition (0: what the report would be now). Raises grpc.aio.AioRpcError."""
    peers = page.context.peers
    stands = await page.ask(peers.reports.List, reports_pb2.ListReportsRequest(unit=unit, month=month))
    row, *below = stands.rows
    if edition:
        request = reports_pb2.OpenReportRequest(unit=unit, month=month, edition=edition)
        opened = await page.ask(peers.reports.Open, request)
        report = made_pb2.Report.FromString(opened.content)
        return Shown(opened.content, b"", report, opened, row, below, stands.top)
    made = await page.ask(peers.monthly.Make, made_pb2.MakeReportRequest(unit=unit, month=month, cutoff=cutoff))
    return Shown(made.content, made.seal, made_pb2.Report.FromString(made.content), None, row, below, stands.top)


async def find_asked(page: Page, found: Shown) -> Any:
    """Of a report of now: the changes that 变化说明 is asked for, and units below that sent otherwise.

    What was sent was explained then.
    """
    if found.edition is not None:
        return reports_pb2.UnexplainedResponse()
    report = found.report
    before = report.before if report.HasField("before") else None
    request = reports_pb2.UnexplainedRequest(
        unit=report.unit.id, month=report.month, figures=report.figures, before=before, before_day=report.before_day,
        children=report.children,
    )  # fmt: skip
    return await page.ask(page.context.peers.reports.Unexplained, request)


def may_send(reader: Reader, found: Shown) -> bool:
    """Of now, of a day that is over, not locked, and the reader's own unit's."""
    open_now = found.edition is None and not found.report.preliminary and found.row.state != "sent"
    return open_now and _may(reader, "Send") and (_is_own(reader, found) or reader.role == "administrator")


def may_return(reader: Reader, found: Shown) -> bool:
    """The last edition while it is sent: from above, or at the top the unit's own."""
    sent = found.edition is not None and found.row.state == "sent" and found.edition.edition == found.row.edition
    above = not _is_own(reader, found) or found.top or reader.role == "administrator"
    return sent and above and _may(reader, "Return")


def may_excuse(reader: Reader, row: Any) -> bool:
    """Of a unit below the reader's own: what is neither sent nor excused."""
    return row.state in ("", "returned") and row.unit != reader.unit and _may(reader, "Excuse")


def _is_own(reader: Reader, found: Shown) -> bool:
    return bool(reader.unit == found.report.unit.id)


def _may(reader: Reader, method: str) -> bool:
    return may_call(reader, f"/xianfeng.registry.v1.Reports/{method}")
