"""A monthly report as a workbook: figures, lists, formulas, layouts, and every enterprise behind the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.console.views.labels import label
from xianfeng.words import say

__all__ = ["write_report"]

FIGURES = ("figure", "now", "before", "year-before", "difference")
CHANGES = ("enterprise", "code", "cause", "unit-before", "unit", "before", "after")
CHECKS = ("formula", "left", "right", "difference-of-sides")
ROLL = ("enterprise", "code", "unit", "status", "duty", "due")
WIDTHS = {"figure": 28.0, "enterprise": 38.0, "code": 21.0, "formula": 48.0, "before": 24.0, "after": 24.0}


def write_report(path: Path, parts: Mapping[str, Any]) -> None:
    """Write the parts of a report's page. Raises Unwritable when there is no room for the file."""
    # The library is loaded by whoever exports, not by everyone who starts the console.
    from xianfeng.tabular import Column, Sheet, write_workbook

    def sheet(name: str, columns: Sequence[str], rows: Iterator[Sequence[str]]) -> Sheet:
        found = [Column(say(f"console.reports.column.{one}"), WIDTHS.get(one, 14.0)) for one in columns]
        return Sheet(name, found, rows, notices)

    report, notices = parts["report"], _notices(parts)
    sheets = [sheet(say("console.reports.figures"), FIGURES, _figures(parts))]
    sheets += [sheet(one.label, CHANGES, _changes(one)) for one in parts["lists"]]
    sheets.append(sheet(say("console.reports.checks"), CHECKS, _checks(report)))
    for layout in report.layouts:
        columns = [Column(say("console.reports.column.unit"), 26.0), *(Column(name, 14.0) for name in layout.columns)]
        rows = ((row.label, *row.cells) for row in layout.rows)
        sheets.append(Sheet(layout.name, columns, rows, [*notices, layout.title, layout.formula, layout.note]))
    sheets.append(sheet(say("console.reports.roll"), ROLL, _roll(report)))
    write_workbook(path, sheets)


def _notices(parts: Mapping[str, Any]) -> list[str]:
    report, edition = parts["report"], parts["shown"].edition
    lines = [say("console.reports.one", unit=report.unit.name, month=report.month)]
    lines.append(say("console.exports.basis", day=report.cutoff, rule_set=report.basis.rule_set))
    if edition is None:
        lines.append(say("console.live-mark"))
    else:
        lines.append(say("console.reports.edition", edition=edition.edition))
        lines += [f"{say('console.reports.notes')}：{note}" for note in edition.notes]
    return lines + ([say("demo.mark")] if parts["demonstration"] else [])


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
        duty = label("duty", line.duty) if line.duty else ""
        yield line.name, line.code, report.units[line.unit].name, label("status", line.status), duty, line.due
