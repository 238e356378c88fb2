"""月报报送情况: how the reports of a month stand, of a unit and those below it."""

from __future__ import annotations

from typing import Any

from proto.xianfeng.registry.v1 import reports_pb2
from services.console.context import Page
from services.console.exports.basis import above
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.templating import link, minutes
from xianfeng.words import say

__all__ = ["reporting"]

COLUMNS: tuple[Told, ...] = (
    ("unit", 28.0, "text"), ("state", 14.0, "text"), ("edition", 10.0, "number"), ("at", 18.0, "day"),
    ("reason", 40.0, "text"),
)  # fmt: skip


async def reporting(page: Page, unit: str, month: str) -> Paper:
    """Rows in division order. Raises grpc.aio.AioRpcError for what is no month."""
    of = await above(page, unit)
    request = reports_pb2.ListReportsRequest(unit=of.unit.id, month=month)
    answer = await page.ask(page.context.peers.reports.List, request)
    rows = [_texts(one) for one in answer.rows]
    return Paper(
        "reports", say("console.papers.title.reports", unit=of.unit.name, month=month), of.unit.id, of.day,
        [say("console.exports.basis", day=of.day)],
        [Table(say("console.papers.reports"), columns("console.reports.column", COLUMNS), rows)],
        link("units", of.unit.id, "reports", month=month), of.demonstration,
    )  # fmt: skip


def _texts(row: Any) -> tuple[str, ...]:
    state = say(f"reports.state.{row.state or 'none'}")
    return row.unit_name, state, f"{row.edition}" if row.edition else "", minutes(row.at), row.reason
