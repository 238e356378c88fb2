"""Lists for auditors on paper: corrections, decisions, views and exports, the newest first."""

from __future__ import annotations

from typing import Any

from proto.xianfeng.registry.v1 import audit_pb2
from services.console.context import Page
from services.console.exports.basis import above, notices
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.templating import link, minutes
from services.console.views.audit import Cell, facts, views
from xianfeng.words import say

__all__ = ["audit_list"]

LARGEST_PAGE = 200
MOST_ROWS = 5_000
FACTS: tuple[Told, ...] = (
    ("recorded", 17.0, "day"), ("name", 28.0, "text"), ("fact", 16.0, "text"), ("shown", 40.0, "text"),
    ("effective", 12.0, "day"), ("account", 14.0, "text"), ("reason", 24.0, "text"),
)  # fmt: skip
VIEWS: tuple[Told, ...] = (
    ("at", 17.0, "day"), ("account", 18.0, "text"), ("action", 10.0, "text"), ("what", 24.0, "text"),
    ("unit", 34.0, "text"), ("rows", 9.0, "number"), ("reason", 26.0, "text"),
)  # fmt: skip


async def audit_list(page: Page, matter: str, unit: str) -> Paper:
    """`matter`: corrections, decisions or views. Raises grpc.aio.AioRpcError for who is no auditor."""
    of = await above(page, unit)
    rows, whole = await _rows(page, matter, of.unit.id)
    label = say(f"console.audit.list.{matter}")
    told = columns("console.audit.column", VIEWS if matter == "views" else FACTS)
    notes = [] if whole else [say("console.papers.newest", most=f"{MOST_ROWS:,}")]
    lines = [*notices(of.day, live=True), say("console.matters.total", count=len(rows))]
    return Paper(
        f"audit-{matter}", f"{of.unit.name} {label}", of.unit.id, of.day, lines,
        [Table(say("console.papers.audit"), told, [tuple(map(_text, row)) for row in rows], notes)],
        link("audit", matter, unit=of.unit.id), of.demonstration,
    )  # fmt: skip


async def _rows(page: Page, matter: str, unit: str) -> tuple[list[tuple[Cell, ...]], bool]:
    """The newest rows, and whether they are all."""
    audit = page.context.peers.audit
    ask = {"views": audit.ListViews, "corrections": audit.ListCorrections, "decisions": audit.ListDecisions}[matter]
    found: list[tuple[Cell, ...]] = []
    token = ""
    while len(found) < MOST_ROWS:
        request = audit_pb2.AuditRequest(unit=unit, page_size=LARGEST_PAGE, page_token=token)
        answer: Any = await page.ask(ask, request)
        found.extend((views(answer) if matter == "views" else facts(matter, answer)).rows)
        token = answer.next_page_token
        if not token:
            return found, True
    return found, False


def _text(cell: Cell) -> str:
    if cell.kind == "instant":
        return minutes(cell.text)
    return f"{cell.text:,}" if cell.kind == "number" else str(cell.text)
