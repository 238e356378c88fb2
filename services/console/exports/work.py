"""A work list on paper: what waits for somebody at a unit, as it stands now. Advisers stand without a name."""

from __future__ import annotations

from typing import Any

from proto.xianfeng.registry.v1 import work_pb2
from services.console.context import Page
from services.console.exports.basis import above, notices
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.templating import link
from xianfeng.words import say

__all__ = ["work_list"]

LARGEST_PAGE = 100
COLUMNS: tuple[Told, ...] = (
    ("name", 46.0, "text"), ("code", 22.0, "code"), ("unit", 36.0, "text"), ("since", 12.0, "day"),
    ("until", 12.0, "day"),
)  # fmt: skip


async def work_list(page: Page, unit: str, name: str) -> Paper:
    """`name` is one of registry's lists. Raises grpc.aio.AioRpcError for one that is none."""
    of = await above(page, unit)
    rows = [_texts(one) for one in await _items(page, of.unit.id, name)]
    label = say(f"console.home.list.{name}")
    counted = say("console.matters.total", count=len(rows))
    return Paper(
        f"work-{name}".replace("_", "-"), f"{of.unit.name} {label}", of.unit.id, of.day,
        [*notices(of.day, live=True), counted],
        [Table(say("console.papers.work.sheet"), columns("console.papers.work", COLUMNS), rows)],
        link("units", of.unit.id, "todo", name), of.demonstration,
    )  # fmt: skip


async def _items(page: Page, unit: str, name: str) -> list[Any]:
    found: list[Any] = []
    token = ""
    while True:
        request = work_pb2.WorkListRequest(unit=unit, list=name, page_size=LARGEST_PAGE, page_token=token)
        answer = await page.ask(page.context.peers.work.List, request)
        found.extend(answer.items)
        token = answer.next_page_token
        if not token:
            return found


def _texts(one: Any) -> tuple[str, ...]:
    name = say("console.papers.advisers") if one.subject_kind == "adviser" else one.name
    return name, one.code, one.unit.path or one.unit.name, one.since, one.until
