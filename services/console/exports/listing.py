"""A whole filtered list of enterprises on paper, fetched page by page, in division order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Page
from services.console.exports.basis import in_division_order, notices
from services.console.exports.paging import every_row
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.templating import link
from services.console.views.labels import label
from xianfeng.words import say

__all__ = ["listing"]

COLUMNS: tuple[Told, ...] = (
    ("name", 38.0, "text"), ("code", 21.0, "code"), ("unit", 18.0, "text"), ("status", 14.0, "text"),
    ("duty", 14.0, "text"), ("since", 12.0, "day"), ("due", 12.0, "day"),
)  # fmt: skip


async def listing(page: Page, asked: Callable[[str], Any], day: str) -> Paper:
    """`asked` makes the request of a page's token. Raises PageProblem when the list is too long."""
    first = asked("")
    coverage = page.context.peers.coverage
    above = await page.ask(coverage.Figures, coverage_pb2.FiguresRequest(unit=first.unit, day=day))
    rows, last = await every_row(page, coverage.List, asked)
    rows.sort(key=lambda row: (in_division_order(row.unit), row.name))
    unit, shown = above.figures.unit, above.figures.day
    counted = say("console.exports.total", total=f"{len(rows):,}", counter=say("console.enterprises"))
    conditions = say("console.exports.chosen", chosen=_conditions(first) or say("console.list.any"))
    return Paper(
        "enterprises", say("console.list.title", unit=unit.name), unit.id, shown,
        [*notices(shown, last.basis.rule_set, live=not day), counted, conditions],
        [Table(say("console.papers.enterprises"), columns("console.list", COLUMNS), [_texts(row) for row in rows])],
        link("units", unit.id, "enterprises", day=day), last.basis.demonstration,
    )  # fmt: skip


def _texts(row: Any) -> tuple[str, ...]:
    duty = label("duty", row.duty) if row.duty and row.duty != "none" else ""
    return (row.name, row.code, row.unit.name, label("status", row.status), duty, row.since, row.due)


def _conditions(request: Any) -> str:
    parts = [
        f"{say(f'console.list.{name}')}：{label(name, getattr(request, name))}"
        for name in ("status", "duty", "filter", "warning")
        if getattr(request, name)
    ]
    parts += [f"{say('console.list.text')}：{request.text}"] if request.text else []
    parts += [say("console.list.overdue")] if request.overdue else []
    return "；".join(parts)
