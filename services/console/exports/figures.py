"""覆盖情况: a unit's figures on a day, its rates with what they divide, and those of its child units."""

from __future__ import annotations

from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Page
from services.console.exports.basis import knowledge, notices
from services.console.exports.paper import Paper, Table, Told, columns, pairs
from services.console.templating import link
from services.console.views.labels import DUTIES, ORGANISED, STATUSES, label
from services.console.when import When
from xianfeng.words import say

__all__ = ["figures"]

RATES: tuple[Told, ...] = (
    ("rate", 20.0, "text"), ("value", 9.0, "number"), ("numerator", 8.0, "number"), ("denominator", 8.0, "number"),
    ("numerator-label", 34.0, "text"), ("denominator-label", 26.0, "text"), ("apart", 20.0, "text"),
)  # fmt: skip
CHILDREN: tuple[Told, ...] = (
    ("unit", 18.0, "text"), ("registered", 8.0, "number"), ("enterprises", 8.0, "number"), ("own", 8.0, "number"),
    ("shared", 10.0, "number"), ("work", 8.0, "number"), ("none", 8.0, "number"), ("form_organisation", 8.0, "number"),
    ("join", 9.0, "number"), ("assign_adviser", 8.0, "number"), ("survey", 7.0, "number"), ("R1", 10.0, "number"),
)  # fmt: skip
BESIDE = ("registered", "enterprises", "out_of_scope", "inactive", "unsurveyed", "unknown_registry_status", "unplaced",
          "to_settle", "overdue", "projects_served", "projects_covered")  # fmt: skip


async def figures(page: Page, unit: str, when: When) -> Paper:
    """Raises grpc.aio.AioRpcError when the account may not see the unit."""
    message = coverage_pb2.FiguresRequest(unit=unit, day=when.day, known_at=when.instant)
    answer = await page.ask(page.context.peers.coverage.Overview, message)
    of, found = answer.figures, answer.figures.unit
    rates = [_rate(one) for one in of.rates]
    children = [_child(one.unit.name, one) for one in answer.children]
    tables = [
        pairs(say("console.papers.figures.counts"), _counts(of), beside=4),
        Table(say("console.overview.rates"), columns("console.papers.figures", RATES), rates),
        Table(say("console.overview.children"), columns("console.papers.figures", CHILDREN), children),
    ]
    lines = [*notices(of.day, answer.basis.rule_set, live=not when.past), *knowledge(when)]
    return Paper(
        "figures", say("console.overview.title", unit=found.name), found.id, of.day, lines,
        tables if children else tables[:-1],
        link("units", found.id, **when.query), answer.basis.demonstration,
    )  # fmt: skip


def _counts(of: Any) -> list[tuple[str, str]]:
    told = [(label("figure", name), getattr(of, name)) for name in BESIDE]
    told += [(label("status", name), of.by_status.get(name, 0)) for name in STATUSES]
    told += [(label("duty", name), of.by_duty.get(name, 0)) for name in DUTIES]
    return [(name, f"{number:,}") for name, number in told]


def _rate(one: Any) -> tuple[str, ...]:
    apart = f"{one.apart_label} {one.apart:,}" if one.apart_label else ""
    return (
        f"{one.name} {one.label}", one.shown, f"{one.numerator:,}", f"{one.denominator:,}", one.numerator_label,
        one.denominator_label, apart,
    )  # fmt: skip


def _child(name: str, of: Any) -> tuple[str, ...]:
    status, duty = of.by_status, of.by_duty
    shared = sum(status.get(form, 0) for form in ORGANISED[1:])
    counts = (
        of.registered, of.enterprises, status.get("own", 0), shared, status.get("work", 0), status.get("none", 0),
        *(duty.get(one, 0) for one in ("form_organisation", "join", "assign_adviser", "survey")),
    )  # fmt: skip
    return name, *(f"{number:,}" for number in counts), next(one.shown for one in of.rates if one.name == "R1")
