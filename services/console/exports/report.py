"""A monthly report on paper: its cover, figures, layouts, lists, formulas, and every enterprise behind the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.console.exports.paper import Column, Paper, Table, Told, columns
from services.console.views.labels import label
from xianfeng.words import say

__all__ = ["report_paper"]

FIGURES: tuple[Told, ...] = (
    ("figure", 28.0, "text"), ("now", 18.0, "number"), ("before", 18.0, "number"), ("year-before", 18.0, "number"),
    ("difference", 12.0, "number"),
)  # fmt: skip
CHANGES: tuple[Told, ...] = (
    ("enterprise", 36.0, "text"), ("code", 22.0, "code"), ("cause", 13.0, "text"), ("unit-before", 14.0, "text"),
    ("unit", 14.0, "text"), ("before", 22.0, "text"), ("after", 22.0, "text"),
)  # fmt: skip
CHECKS: tuple[Told, ...] = (
    ("formula", 48.0, "text"), ("left", 14.0, "number"), ("right", 14.0, "number"),
    ("difference-of-sides", 14.0, "number"),
)  # fmt: skip
ROLL: tuple[Told, ...] = (
    ("enterprise", 38.0, "text"), ("code", 22.0, "code"), ("unit", 16.0, "text"), ("status", 14.0, "text"),
    ("duty", 14.0, "text"), ("due", 12.0, "day"),
)  # fmt: skip
NUMBERED: tuple[Told, ...] = (("line", 6.0, "number"), ("department", 20.0, "text"))
UNNUMBERED: tuple[Told, ...] = (("unit", 22.0, "text"),)


def report_paper(parts: Mapping[str, Any], back: str) -> Paper:
    """The parts of a report's page, in the order in which they are read; enterprises last."""
    report = parts["report"]
    tables = [_table(say("console.reports.figures"), FIGURES, _figures(parts), notes=[_sum(parts), *_notes(parts)])]
    tables += [_layout(layout) for layout in report.layouts]
    tables += [_table(one.label, CHANGES, _changes(one)) for one in parts["lists"]]
    tables.append(_table(say("console.reports.checks"), CHECKS, _checks(report)))
    tables.append(_table(say("console.reports.roll"), ROLL, _roll(report)))
    title = say("console.reports.one", unit=report.unit.name, month=report.month)
    return Paper(
        "report", title, report.unit.id, report.cutoff, _notices(report), tables, back,
        parts["demonstration"], cover=_cover(parts),
    )  # fmt: skip


def _table(name: str, told: Sequence[Told], rows: Iterator[Sequence[str]], notes: Sequence[str] = ()) -> Table:
    return Table(name, columns("console.reports.column", told), list(rows), notes)


def _layout(layout: Any) -> Table:
    """L3 numbers its lines and calls units departments, as that form does."""
    numbered = layout.name == "L3"
    first = columns("console.papers.layout", NUMBERED if numbered else UNNUMBERED)
    told = [*first, *(Column(name, 12.0, "number") for name in layout.columns)]
    rows = [(*((f"{line}",) if numbered else ()), row.label, *row.cells) for line, row in enumerate(layout.rows, 1)]
    return Table(f"{layout.name} {layout.title}", told, rows, [layout.note], lead=[layout.formula])


def _notices(report: Any) -> list[str]:
    return [
        say("console.reports.cutoff", day=report.cutoff),
        say("console.exports.rule-set", rule_set=report.basis.rule_set),
        say("console.overview.tree", day=report.basis.tree_date),
    ]


def _cover(parts: Mapping[str, Any]) -> list[str]:
    edition = parts["shown"].edition
    return [say("console.reports.edition", edition=edition.edition) if edition else say("console.live-mark")]


def _notes(parts: Mapping[str, Any]) -> list[str]:
    edition = parts["shown"].edition
    return [f"{say('console.reports.notes')}：{note}" for note in edition.notes] if edition else []


def _sum(parts: Mapping[str, Any]) -> str:
    report, (added, removed, moved_in, moved_out, *_) = parts["report"], (len(one.rows) for one in parts["lists"])
    return say(
        "console.reports.sum", difference=report.figures.enterprises - report.before.enterprises, added=added,
        removed=removed, moved_in=moved_in, moved_out=moved_out,
    )  # fmt: skip


def _figures(parts: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for row in parts["figures"]:
        yield row.label, *(value or say("console.dash") for value in row.values), row.difference


def _changes(found: Any) -> Iterator[Sequence[str]]:
    for row in found.rows:
        yield row.name, row.code, row.cause, row.unit_before, row.unit, row.before, row.after


def _checks(report: Any) -> Iterator[Sequence[str]]:
    for one in report.checks:
        yield one.label, str(one.left), str(one.right), str(one.difference)


def _roll(report: Any) -> Iterator[Sequence[str]]:
    for line in report.roll:
        duty = label("duty", line.duty) if line.duty and line.duty != "none" else ""
        yield line.name, line.code, report.units[line.unit].name, label("status", line.status), duty, line.due
