"""A whole filtered list of enterprises on paper, fetched page by page, in division order."""

from __future__ import annotations

from typing import Any

from services.console.context import Page
from services.console.exports.basis import above, in_division_order, knowledge, notices
from services.console.exports.paging import every_row
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.templating import link
from services.console.views.labels import label
from services.console.when import When
from xianfeng.words import say

__all__ = ["listing"]

COLUMNS: tuple[Told, ...] = (
    ("name", 38.0, "text"), ("code", 21.0, "code"), ("unit", 18.0, "text"), ("status", 14.0, "text"),
    ("duty", 14.0, "text"), ("since", 12.0, "day"), ("due", 12.0, "day"),
)  # fmt: skip


async def listing(page: Page, request: Any, when: When) -> Paper:
    """All that coverage's list tells to the request. Raises PageProblem when the list is too long."""
    unit, shown, rule_set, demonstration = await above(page, request.unit, when)
    rows, _ = await every_row(page, page.context.peers.coverage.List, request)
    rows.sort(key=in_division_order)
    counted = say("console.exports.total", total=f"{len(rows):,}", counter=say("console.enterprises"))
    conditions = say("console.exports.chosen", chosen=_conditions(request) or say("console.list.any"))
    return Paper(
        "enterprises", say("console.list.title", unit=unit.name), unit.id, shown,
        [*notices(shown, rule_set, live=not when.past), *knowledge(when), counted, conditions],
        [Table(say("console.papers.enterprises"), columns("console.list", COLUMNS), [_texts(row) for row in rows])],
        link("units", unit.id, "enterprises", **when.query), demonstration,
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
