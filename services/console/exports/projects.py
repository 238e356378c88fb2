"""物业管理项目情况调查表 (L12): the projects of a unit on a day, with what registry knows of them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Page
from services.console.exports.basis import above, in_division_order, notices
from services.console.exports.paging import every_row
from services.console.exports.paper import Paper, Table, Told, columns
from services.console.exports.register import facts_of
from services.console.templating import link
from services.console.views.labels import label
from services.console.when import When
from xianfeng.words import say

__all__ = ["projects"]

COLUMNS: tuple[Told, ...] = (
    ("unit", 13.0, "text"), ("name", 20.0, "text"), ("address", 20.0, "text"), ("head", 7.0, "text"),
    ("area", 8.0, "text"), ("delivered", 8.0, "text"), ("owners", 15.0, "text"), ("households", 7.0, "number"),
    ("occupied", 6.0, "text"), ("charging", 7.0, "text"), ("type", 7.0, "text"), ("enterprise", 22.0, "text"),
    ("organisation", 20.0, "text"), ("meeting", 12.0, "day"), ("survey", 12.0, "day"),
)  # fmt: skip


async def projects(page: Page, unit: str, day: str, chosen: str = "", text: str = "") -> Paper:
    """`chosen` is a filter of coverage's list, `text` a part of a name. Raises PageProblem when there are too many."""
    of, shown, rule_set, demonstration = await above(page, unit, When(day))
    request = coverage_pb2.ListProjectsRequest(unit=of.id, day=day, filter=chosen, text=text)
    rows, _ = await every_row(page, page.context.peers.coverage.ListProjects, request)
    rows.sort(key=in_division_order)
    known = await _known(page, of.id)
    counted = say("console.exports.total", total=f"{len(rows):,}", counter=say("console.projects"))
    asked = [
        say("console.exports.chosen", chosen=one) for one in (label("filter", chosen) if chosen else "", text) if one
    ]
    told = [_texts(row, known.get(row.subject, {})) for row in rows]
    notes = [say("console.exports.not-kept"), say("console.papers.project.now")]
    return Paper(
        "projects", say("console.papers.title.projects", unit=of.name), of.id, shown,
        [*notices(shown, rule_set, live=not day), counted, *asked],
        [Table(say("console.papers.projects"), columns("console.papers.project", COLUMNS), told, notes)],
        link("units", of.id, "projects", day=day, filter=chosen, text=text), demonstration,
    )  # fmt: skip


async def _known(page: Page, unit: str) -> dict[str, dict[str, Any]]:
    rows, _ = await every_row(page, page.context.peers.registry.ListProjects, queries_pb2.ListRequest(unit=unit))
    return {row.subject: facts_of(row) for row in rows}


def _texts(row: Any, facts: Mapping[str, Any]) -> tuple[str, ...]:
    none, households = say("console.dash"), facts.get("households")
    return (
        row.unit.name, row.name, facts.get("address", ""), none, none, none, _owners(facts),
        "" if households is None else f"{households:.0f}", none, none, none, row.enterprise.name,
        _organisation(row), _latest(facts, "joint_meeting."), _latest(facts, "survey."),
    )  # fmt: skip


def _owners(facts: Mapping[str, Any]) -> str:
    committee = facts.get("owners_committee")
    if committee is None:
        return ""
    people, _, until = committee
    text = say("console.papers.project.committee", people=f"{people:.0f}")
    return text + (say("console.papers.project.until", day=until) if until else "")


def _organisation(row: Any) -> str:
    return f"{row.organisation.name}（{label('status', row.form)}）" if row.form else ""


def _latest(slots: Iterable[str], head: str) -> str:
    return max((slot.removeprefix(head) for slot in slots if slot.startswith(head)), default="")
