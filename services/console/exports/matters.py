"""数据核实, 登记差异 and 待审定事项: what is open between offices, on paper, as it stands now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from proto.xianfeng.registry.v1 import imports_pb2, matters_pb2
from services.console.context import Page
from services.console.entry.offers import may_call
from services.console.exports.basis import Above, above, notices
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.templating import link, value_word
from services.console.views.home import DECIDED
from xianfeng.words import say

__all__ = ["decisions", "verifications"]

LARGEST_PAGE = 200
DIFFERENCES = "/xianfeng.registry.v1.Imports/Differences"
COUNTS: tuple[Told, ...] = (
    ("enterprise", 36.0, "text"), ("field", 18.0, "text"), ("known", 26.0, "text"), ("reported", 26.0, "text"),
    ("who", 26.0, "text"), ("until", 12.0, "day"),
)  # fmt: skip
DIFFER: tuple[Told, ...] = (
    ("enterprise", 36.0, "text"), ("field", 16.0, "text"), ("known-here", 34.0, "text"),
    ("reported-there", 34.0, "text"), ("raised", 12.0, "day"),
)  # fmt: skip
PROPOSED: tuple[Told, ...] = (
    ("enterprise", 32.0, "text"), ("what", 26.0, "text"), ("detail", 44.0, "text"), ("by", 24.0, "text"),
    ("since", 12.0, "day"),
)  # fmt: skip


async def verifications(page: Page, unit: str) -> Paper:
    """Counts that differ, and, for who may see them, where a register differs."""
    of = await above(page, unit)
    rows = [_count(one) for one in await _matters(page, of.unit.id, ("verification",))]
    tables = [Table(say("console.matters.verifications"), columns("console.matters", COUNTS), rows)]
    if may_call(page.reader, DIFFERENCES):
        told = [_difference(one) for one in await _differences(page, of.unit.id)]
        tables.append(Table(say("console.papers.differences"), columns("console.matters", DIFFER), told))
    return _paper("verifications", of, tables)


async def decisions(page: Page, unit: str) -> Paper:
    """What was proposed and waits."""
    of = await above(page, unit)
    rows = [_proposal(one) for one in await _matters(page, of.unit.id, DECIDED)]
    return _paper(
        "decisions", of, [Table(say("console.matters.decisions"), columns("console.matters", PROPOSED), rows)]
    )


def _paper(kind: str, of: Above, tables: list[Table]) -> Paper:
    title = f"{of.unit.name} {say(f'console.matters.{kind}')}"
    counted = say("console.matters.total", count=sum(len(table.rows) for table in tables))
    lines = [*notices(of.day, live=True), counted]
    return Paper(kind, title, of.unit.id, of.day, lines, tables, link("units", of.unit.id, kind), of.demonstration)


async def _matters(page: Page, unit: str, kinds: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    while True:
        request = matters_pb2.MattersRequest(unit=unit, kinds=kinds, page_size=LARGEST_PAGE, offset=len(found))
        answer = await page.ask(page.context.peers.matters.List, request)
        found.extend(answer.matters)
        if not answer.matters or len(found) >= answer.total:
            return found


async def _differences(page: Page, unit: str) -> list[Any]:
    found: list[Any] = []
    after = ""
    while True:
        request = imports_pb2.DifferencesRequest(unit=unit, page_size=LARGEST_PAGE, after=after)
        answer = await page.ask(page.context.peers.imports.Differences, request)
        found.extend(answer.differences)
        after = answer.next
        if not after:
            return found


def _count(one: Any) -> tuple[str, ...]:
    field = say(f"console.matters.count.{one.field}")
    return f"{one.name}\n{one.code}", field, _said(one.known), _said(one.reported), _place(one.unit), one.until


def _said(value: Any) -> str:
    if not value.value:
        return say("console.dash")
    shown = say("console.matters.value", value=value.value)
    if not value.source:
        return shown
    return f"{shown}\n{say('console.matters.from', source=value_word(value.source), day=value.on)}"


def _difference(one: Any) -> tuple[str, ...]:
    return f"{one.name}\n{one.code}", one.label, one.known, f"{one.reported}\n{one.source}", one.raised_on


def _proposal(one: Any) -> tuple[str, ...]:
    detail = [one.reason or say("console.dash")]
    detail += [say("console.matters.evidence", text=one.evidence)] if one.evidence else []
    detail += [say("console.matters.review", day=one.until)] if one.until else []
    by = [one.proposed_by or say("console.dash"), *([value_word(one.proposed_as)] if one.proposed_as else [])]
    return f"{one.name}\n{_place(one.unit)}", _what(one), "\n".join(detail), "\n".join(by), one.since


def _what(one: Any) -> str:
    if one.kind == "transfer":
        return say("console.matters.transfer", unit=_place(one.to_unit))
    if one.kind == "not_ready":
        return say("console.matters.not-ready")
    return say("console.matters.in-scope" if one.in_scope else "console.matters.out-of-scope")


def _place(unit: Any) -> str:
    return str(unit.path or unit.name)
