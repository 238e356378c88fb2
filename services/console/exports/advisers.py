"""党建工作指导员 (L11): who is in office on a day, for whom. Never a name: papers leave the office (domain §9)."""

from __future__ import annotations

from typing import Any

from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Page
from services.console.exports.basis import above, notices
from services.console.exports.paging import every_row
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.templating import link
from services.console.views.labels import label
from services.console.when import When
from xianfeng.words import say

__all__ = ["advisers"]

COLUMNS: tuple[Told, ...] = (
    ("place", 5.0, "number"), ("unit", 14.0, "text"), ("kind", 7.0, "text"), ("time", 8.0, "text"),
    ("level", 11.0, "text"), ("since", 12.0, "day"), ("until", 12.0, "day"), ("count", 8.0, "number"),
    ("enterprises", 48.0, "text"), ("projects", 22.0, "text"), ("visits", 7.0, "text"),
)  # fmt: skip
LARGEST_PAGE = 200


async def advisers(page: Page, unit: str, day: str) -> Paper:
    """Rows come by unit in division order. Raises PageProblem when there are too many for one paper."""
    of, shown, _, demonstration = await above(page, unit, When(day))
    request = queries_pb2.ListAdviserPostsRequest(unit=of.id, day=day)
    rows, _ = await every_row(page, page.context.peers.registry.ListAdviserPosts, request, largest=LARGEST_PAGE)
    counted = say("console.exports.total", total=f"{len(rows):,}", counter=say("console.papers.adviser.counter"))
    told = [(f"{place}", *_texts(row)) for place, row in enumerate(rows, 1)]
    return Paper(
        "advisers", say("console.papers.title.advisers", unit=of.name), of.id, shown,
        [*notices(shown, live=not day), counted],
        [Table(say("console.papers.advisers"), columns("console.papers.adviser", COLUMNS), told, _notes())],
        link("units", of.id, "advisers", day=day), demonstration,
    )  # fmt: skip


def _notes() -> list[str]:
    return [say("console.papers.adviser.no-names"), say("console.exports.not-kept")]


def _texts(row: Any) -> tuple[str, ...]:
    enterprises = [one.name for one in row.looked_after if one.kind == "enterprise"]
    projects = [one.name for one in row.looked_after if one.kind == "project"]
    return (
        row.unit.name, say(f"registry.value.{row.kind}"),
        say("console.papers.adviser.full" if row.full_time else "console.papers.adviser.part"),
        label("level", row.unit.level), row.since, row.until or say("console.papers.adviser.open"),
        f"{len(enterprises)}", "、".join(enterprises), "、".join(projects), say("console.dash"),
    )  # fmt: skip
