"""One unit's figures on a terminal. A rate is never shown without its name, what it divides, its day and rule set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.keys import DUTIES, STATUSES
from xianfeng.words import say

__all__ = ["as_json", "as_tables"]

_COUNTERS = (
    "unsurveyed", "unknown_registry_status", "out_of_scope", "inactive", "to_settle", "moving", "joint_with_three",
    "recruiting_alone", "unplaced", "overdue", "held",
)  # fmt: skip
_PROJECTS = ("projects_served", "projects_covered")
_UNIT_DUTY = ("unit_duty", "unit_due", "unit_clause", "unit_clause_text")


def as_json(answer: pb.OverviewResponse) -> dict[str, Any]:
    """The figures, their basis and those of the units below, by stable English keys."""
    return {
        **_figures(answer.figures),
        "positions": {str(part): place for part, place in sorted(answer.basis.positions.items())},
        "business_date": answer.basis.business_date,
        "rule_set": answer.basis.rule_set,
        "tree_date": answer.basis.tree_date,
        "build": answer.basis.build,
        "known_at": answer.basis.known_at,
        "demonstration": answer.basis.demonstration,
        "own": answer.own,
        "children": [_figures(child) for child in answer.children],
    }


def _figures(figures: pb.Figures) -> dict[str, Any]:
    unit = figures.unit
    return {
        "unit": {"id": unit.id, "code": unit.code, "name": unit.name, "level": unit.level},
        "day": figures.day,
        "registered": figures.registered,
        "enterprises": figures.enterprises,
        "by_status": {status: figures.by_status.get(status, 0) for status in STATUSES},
        "by_duty": {duty: figures.by_duty.get(duty, 0) for duty in DUTIES[1:]},
        "rates": {rate.name: _rate(rate) for rate in figures.rates},
        **{name: getattr(figures, name) for name in (*_COUNTERS, *_PROJECTS, *_UNIT_DUTY)},
    }


def _rate(rate: pb.Rate) -> dict[str, Any]:
    return {
        "label": rate.label,
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "apart": rate.apart,
        "apart_label": rate.apart_label,
        "divides": [rate.numerator_label, rate.denominator_label],
        "shown": rate.shown,
    }


def as_tables(answer: pb.OverviewResponse) -> Group:
    """Rates, statuses, duties, what is counted beside them, and the units below."""
    figures, basis = answer.figures, answer.basis
    beside = say(
        "coverage.figure.beside", registered=figures.registered, out_of_scope=figures.out_of_scope,
        unsurveyed=figures.unsurveyed, unknown=figures.unknown_registry_status,
    )  # fmt: skip
    parts: list[Table | Text] = [Text(say("demo.mark"))] if basis.demonstration else []
    parts += [_rates(figures, basis), Text(beside)]
    if figures.unit_duty:
        parts.append(Text(_unit_duty(figures)))
    parts.append(_counts("status", STATUSES, figures.by_status))
    parts.append(_counts("duty", DUTIES[1:], figures.by_duty))
    parts.append(_others(figures))
    if answer.children:
        parts.append(_children(answer))
    return Group(*parts)


def _rates(figures: pb.Figures, basis: pb.Basis) -> Table:
    caption = say("coverage.cli.rates-caption", day=figures.day, rule_set=basis.rule_set, tree=basis.tree_date)
    if basis.known_at:
        caption = say("coverage.cli.known-caption", caption=caption, instant=basis.known_at)
    table = Table(title=say("coverage.cli.rates-title", unit=figures.unit.name), caption=caption, title_justify="left")
    table.add_column(say("coverage.cli.column-rate"), overflow="fold")
    table.add_column(say("coverage.cli.column-shown"), justify="right")
    table.add_column(say("coverage.cli.column-numerator"), overflow="fold")
    table.add_column(say("coverage.cli.column-denominator"), overflow="fold")
    for rate in figures.rates:
        table.add_row(
            f"{rate.name} {rate.label}", rate.shown, _numerator(rate), f"{rate.denominator_label} {rate.denominator}",
        )  # fmt: skip
    return table


def _numerator(rate: pb.Rate) -> str:
    apart = f"\n{rate.apart_label} {rate.apart}" if rate.apart_label else ""
    return f"{rate.numerator_label} {rate.numerator}{apart}"


def _unit_duty(figures: pb.Figures) -> str:
    return say(
        "coverage.unit_duty.line", unit=figures.unit.name, duty=say(f"coverage.duty.{figures.unit_duty}"),
        due=figures.unit_due, clause=figures.unit_clause, text=figures.unit_clause_text,
    )  # fmt: skip


def _counts(kind: str, names: tuple[str, ...], counts: Mapping[str, int]) -> Table:
    table = Table(title=say(f"coverage.cli.{kind}-title"), title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name in names:
        table.add_row(say(f"coverage.{kind}.{name}"), say("coverage.cli.enterprises", count=counts.get(name, 0)))
    return table


def _others(figures: pb.Figures) -> Table:
    table = Table(title=say("coverage.cli.other-title"), title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name in _COUNTERS:
        table.add_row(say(f"coverage.figure.{name}"), say("coverage.cli.enterprises", count=getattr(figures, name)))
    for name in _PROJECTS:
        table.add_row(say(f"coverage.figure.{name}"), say("coverage.cli.projects", count=getattr(figures, name)))
    return table


def _children(answer: pb.OverviewResponse) -> Table:
    table = Table(title=say("coverage.cli.children-title"), title_justify="left")
    table.add_column(say("coverage.cli.column-unit"), overflow="fold")
    table.add_column(say("coverage.figure.registered"), justify="right")
    rates = [rate for rate in answer.figures.rates if rate.name in ("R1", "R5")]
    for rate in rates:
        table.add_column(f"{rate.name} {rate.label}", justify="right")
    for child in answer.children:
        shown = {rate.name: f"{rate.shown}（{rate.numerator}/{rate.denominator}）" for rate in child.rates}
        table.add_row(child.unit.name, str(child.registered), *(shown[rate.name] for rate in rates))
    return table
