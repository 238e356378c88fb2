"""应建未建台账 (L5): enterprises without an organisation by what keeps them from it, and how far forming has come."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Page
from services.console.exports.basis import above, in_division_order, notices
from services.console.exports.paging import every_row
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.exports.register import facts_of, histories, organisations_of
from services.console.templating import link
from services.console.when import When
from xianfeng.words import say

__all__ = ["must_form"]

DUTIES = ("form_organisation", "join", "assign_adviser")
"""In the order of the layout's columns: 应建未建, 有党员但不符合建立党组织条件, 无党员."""
BESIDE = ("survey", "convert_when_ripe")
COLUMNS: tuple[Told, ...] = (
    ("name", 32.0, "text"), ("code", 21.0, "code"), ("unit", 14.0, "text"), ("form_organisation", 9.0, "text"),
    ("join", 12.0, "text"), ("assign_adviser", 7.0, "text"), ("since", 12.0, "day"), ("due", 12.0, "day"),
    ("planned", 12.0, "day"), ("approved-by", 13.0, "text"), ("number", 12.0, "text"), ("ended", 9.0, "text"),
    ("ended-on", 12.0, "day"), ("document", 11.0, "text"),
)  # fmt: skip
ENDED = "organisation.ended.v1"


async def must_form(page: Page, unit: str, day: str) -> Paper:
    """The register beside it is as it stands now. Raises PageProblem when there are too many for one paper."""
    of, shown, rule_set, demonstration = await above(page, unit, When(day))
    lists = await asyncio.gather(*(_with_duty(page, of.id, day, duty) for duty in (*DUTIES, *BESIDE)))
    rows = [row for found in lists[: len(DUTIES)] for row in found]
    rows.sort(key=in_division_order)
    formed, ended = await _organisations(page, of.id, {row.subject for row in rows})
    beside = dict(zip(BESIDE, (len(found) for found in lists[len(DUTIES) :]), strict=True))
    notes = [say("console.papers.must-form.beside", **beside), say("console.papers.must-form.now")]
    told = [_texts(row, formed, ended) for row in rows]
    counted = say("console.exports.total", total=f"{len(rows):,}", counter=say("console.enterprises"))
    return Paper(
        "must-form", say("console.papers.title.must-form", unit=of.name), of.id, shown,
        [*notices(shown, rule_set, live=not day), counted],
        [Table(say("console.papers.must-form.sheet"), columns("console.papers.must-form", COLUMNS), told, notes)],
        link("units", of.id, day=day), demonstration,
    )  # fmt: skip


async def _with_duty(page: Page, unit: str, day: str, duty: str) -> list[Any]:
    request = coverage_pb2.ListRequest(unit=unit, day=day, duty=duty)
    rows, _ = await every_row(page, page.context.peers.coverage.List, request)
    return rows


async def _organisations(
    page: Page, unit: str, enterprises: set[str]
) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[str, str, str]]]:
    """Enterprise → the steps of what it forms; enterprise → how, when and by which document what it had ended."""
    rows, _ = await organisations_of(page, unit, ended=True)
    told = [(row, facts) for row in rows if (facts := facts_of(row)).get("of") in enterprises]
    over = {row.subject: facts["of"] for row, facts in told if row.ended}
    lines = await histories(page, list(over))
    ended = {over[subject]: _ending(of) for subject, of in lines.items()}
    return {facts["of"]: facts for row, facts in told if not row.ended}, ended


def _ending(lines: Any) -> tuple[str, str, str]:
    last = next((line for line in reversed(lines) if line.type == ENDED and not line.voided), None)
    if last is None:
        return "", "", ""
    data = MessageToDict(last.data)
    return say(f"registry.value.{data['cause']}"), last.effective, data.get("document") or ""


def _texts(
    row: Any, formed: Mapping[str, dict[str, Any]], ended: Mapping[str, tuple[str, str, str]]
) -> tuple[str, ...]:
    steps = formed.get(row.subject, {})
    planned, *_ = steps.get("step.planned") or ("",)
    _, number, approved_by = steps.get("step.approved") or ("", "", "")
    ticks = (say("console.papers.tick") if row.duty == duty else "" for duty in DUTIES)
    return (
        row.name, row.code, row.unit.name, *ticks, row.since, row.due, planned, approved_by or "", number or "",
        *ended.get(row.subject, ("", "", "")),
    )  # fmt: skip
