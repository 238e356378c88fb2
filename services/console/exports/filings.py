"""报备情况表: which enterprises have filed for a day's year, and in time (R7)."""

from __future__ import annotations

import asyncio
from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Page
from services.console.exports.basis import above, in_division_order, notices
from services.console.exports.paging import every_row
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.templating import link
from services.console.when import When
from xianfeng.words import say

__all__ = ["filings"]

COLUMNS: tuple[Told, ...] = (
    ("name", 40.0, "text"), ("code", 22.0, "code"), ("unit", 20.0, "text"), ("state", 12.0, "text"),
    ("in-time", 10.0, "text"),
)  # fmt: skip
FILTERS = ("base", "filed", "filed_in_time")


async def filings(page: Page, unit: str, day: str) -> Paper:
    """Of those that were active and in scope on 1 January. Raises PageProblem when there are too many."""
    of, shown, rule_set, demonstration = await above(page, unit, When(day))
    base, filed, in_time = await asyncio.gather(*(_with_filter(page, of.id, day, name) for name in FILTERS))
    base.sort(key=in_division_order)
    accepted, early = ({row.subject for row in rows} for rows in (filed, in_time))
    counted = say("console.papers.filing.count", base=len(base), filed=len(filed), in_time=len(in_time))
    told = [_texts(row, accepted, early) for row in base]
    return Paper(
        "filings", say("console.papers.title.filings", unit=of.name, year=shown[:4]), of.id, shown,
        [*notices(shown, rule_set, live=not day), counted],
        [Table(say("console.papers.filings"), columns("console.papers.filing", COLUMNS), told)],
        link("units", of.id, day=day), demonstration,
    )  # fmt: skip


async def _with_filter(page: Page, unit: str, day: str, name: str) -> list[Any]:
    request = coverage_pb2.ListRequest(unit=unit, day=day, filter=name)
    rows, _ = await every_row(page, page.context.peers.coverage.List, request)
    return rows


def _texts(row: Any, accepted: set[str], early: set[str]) -> tuple[str, ...]:
    state = say("console.papers.filing.accepted" if row.subject in accepted else "console.papers.filing.missing")
    return row.name, row.code, row.unit.name, state, say("console.papers.tick") if row.subject in early else ""
