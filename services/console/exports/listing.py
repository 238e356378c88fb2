"""A whole filtered list of enterprises, fetched page by page, in division order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Page
from services.console.problems import problem
from services.console.views.labels import label
from xianfeng.words import say

__all__ = ["COLUMNS", "Listing", "gather"]

LARGEST_PAGE = 1000
MOST_ROWS = 50_000
COLUMNS = ("name", "code", "unit", "status", "duty", "since", "due")
"""Names of the columns in the catalogue, under ``console.list``."""


@dataclass(frozen=True)
class Listing:
    """``rows``: texts in the order of COLUMNS. ``chosen``: the conditions in words, empty for all."""

    unit: Any
    day: str
    rule_set: str
    chosen: str
    demonstration: bool
    live: bool
    rows: list[tuple[str, ...]]

    @property
    def title(self) -> str:
        return say("console.list.title", unit=self.unit.name)


async def gather(page: Page, asked: Callable[[str], Any], day: str) -> Listing:
    """Ask until the last page; ``asked`` makes the request of a page's token. Raises PageProblem if too long."""
    coverage, rows, token = page.context.peers.coverage, [], ""
    first = asked("")
    above = await page.ask(coverage.Figures, coverage_pb2.FiguresRequest(unit=first.unit, day=day))
    while True:
        request = asked(token)
        request.page_size = LARGEST_PAGE
        listed = await page.ask(coverage.List, request)
        if listed.total > MOST_ROWS:
            raise problem(422, "too-long", most=MOST_ROWS, total=listed.total)
        rows.extend(listed.rows)
        token = listed.next_page_token
        if not token:
            break
    rows.sort(key=lambda row: (_place(row.unit), row.name))
    return Listing(
        above.figures.unit, above.figures.day, listed.basis.rule_set, _conditions(first), listed.basis.demonstration,
        not day, [_texts(row) for row in rows],
    )  # fmt: skip


def _place(unit: Any) -> tuple[bool, str, str]:
    """Division order is that of the codes; units without one come last, by name."""
    return (not unit.code, unit.code.ljust(12, "0"), unit.name)


def _texts(row: Any) -> tuple[str, ...]:
    duty = label("duty", row.duty) if row.duty and row.duty != "none" else ""
    return (row.name, row.code, row.unit.name, label("status", row.status), duty, row.since, row.due)


def _conditions(request: Any) -> str:
    parts = [
        f"{say(f'console.list.{name}')}：{label(name, getattr(request, name))}"
        for name in ("status", "duty", "filter")
        if getattr(request, name)
    ]
    parts += [f"{say('console.list.text')}：{request.text}"] if request.text else []
    parts += [say("console.list.overdue")] if request.overdue else []
    return "；".join(parts)
