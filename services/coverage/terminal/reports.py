"""A monthly report on a terminal: figures beside those of before, lists, formulas that do not hold, layouts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from proto.xianfeng.coverage.v1 import reports_pb2
from proto.xianfeng.registry.v1 import reports_pb2 as registry_pb2
from services.coverage.domain.keys import STATUSES
from xianfeng.words import say

__all__ = ["LISTS", "compared", "listed", "shown"]

LISTS = ("added", "removed", "moved_in", "moved_out", "changed")
_PLAIN = ("registered", "enterprises", "projects_served", "projects_covered")
_SHOWN = 20


def shown(report: reports_pb2.Report, edition: registry_pb2.ReportEdition | None, most: int = _SHOWN) -> RenderableType:
    """The whole report; of each list the first `most` lines and how many there are."""
    parts: list[RenderableType] = [_head(report, edition), _figures(report), Text(_sum(report))]
    parts += [_changes(report, name, most) for name in LISTS if len(getattr(report, name))]
    parts += [_checks(report), *(_layout(layout) for layout in report.layouts)]
    if edition is not None:
        parts += [Text(say("reports.cli.note", text=note)) for note in edition.notes]
    return Group(*parts)


def listed(rows: Iterable[registry_pb2.ReportRow]) -> Table:
    """How reports stand."""
    table = _table(say("reports.cli.list-title"), "unit", "month", "state", "edition", "at", "reason")
    for row in rows:
        state = say(f"reports.state.{row.state or 'none'}")
        table.add_row(
            row.unit_name, row.month, state, str(row.edition or ""), row.at[:16].replace("T", " "), row.reason
        )
    return table


def compared(found: reports_pb2.ReportComparison, first: int, second: int) -> RenderableType:
    """Two editions: the sum, then every enterprise that makes it up."""
    values = {"added": len(found.added), "removed": len(found.removed), "before": found.before, "after": found.after}
    table = _table(say("reports.cli.difference-title", first=first, second=second), "change", "enterprise", "status")
    for name in ("added", "removed", "changed"):
        for one in getattr(found, name):
            cause, status = say(f"reports.cause.{one.cause}"), _statuses(one)
            table.add_row(f"{say(f'reports.list.{name}')}：{cause}", one.name, status)
    return Group(Text(say("reports.cli.difference-sum", **values)), table)


def _head(report: reports_pb2.Report, edition: registry_pb2.ReportEdition | None) -> Text:
    values = {"unit": report.unit.name, "month": report.month, "cutoff": report.cutoff}
    lines = [say("reports.cli.title", **values), report.basis.rule_set]
    if report.basis.demonstration:
        lines.insert(0, say("demo.mark"))
    if edition is not None:
        state = say(f"reports.state.{edition.state}")
        lines.append(say("reports.cli.edition", edition=edition.edition, last=edition.last, state=state))
    elif report.preliminary:
        lines.append(say("reports.cli.preliminary"))
    else:
        lines.append(say("reports.cli.live"))
    return Text("\n".join(lines))


def _figures(report: reports_pb2.Report) -> Table:
    days = [f"{day}" for day in (report.cutoff, report.before_day, report.year_before_day)]
    table = Table(title=say("reports.cli.figures-title"), title_justify="left")
    for column in (say("reports.column.figure"), *days, say("reports.column.difference")):
        table.add_column(column, justify="left" if column == say("reports.column.figure") else "right")
    columns = (report.figures, report.before, report.year_before)
    for name in _PLAIN:
        _row(table, say(f"reports.figure.{name}"), [getattr(one, name) for one in columns])
    for status in STATUSES:
        _row(table, say(f"coverage.status.{status}"), [one.by_status[status] for one in columns])
    for place, rate in enumerate(report.figures.rates):
        values = [one.rates[place].shown if one.rates else "" for one in columns]
        table.add_row(f"{rate.name} {rate.label}", *values, "")
    return table


def _row(table: Table, label: str, values: Sequence[int]) -> None:
    table.add_row(label, *map(str, values), f"{values[0] - values[1]:+d}")


def _sum(report: reports_pb2.Report) -> str:
    counts = {name: len(getattr(report, name)) for name in LISTS}
    return say("reports.cli.sum", difference=report.figures.enterprises - report.before.enterprises, **counts)


def _changes(report: reports_pb2.Report, name: str, most: int) -> Table:
    changes = getattr(report, name)
    title = say("reports.cli.changes-title", list=say(f"reports.list.{name}"), count=len(changes))
    table = _table(title, "cause", "enterprise", "code", "unit", "status")
    for one in changes[:most]:
        unit = report.units[one.unit if one.unit >= 0 else one.unit_before].name
        table.add_row(say(f"reports.cause.{one.cause}"), one.name, one.code, unit, _statuses(one))
    if len(changes) > most:
        table.caption = say("reports.cli.more", count=len(changes) - most)
    return table


def _checks(report: reports_pb2.Report) -> RenderableType:
    """Formulas that do not hold; one line when all do."""
    broken = [check for check in report.checks if check.difference]
    if not broken:
        return Text(say("reports.cli.checked", count=len(report.checks)))
    table = _table(say("reports.cli.checks-title"), "formula", "left", "right", "difference")
    for check in broken:
        table.add_row(check.label, str(check.left), str(check.right), f"{check.difference:+d}")
    return table


def _layout(layout: reports_pb2.Layout) -> Table:
    """One column a row of the layout: a terminal is not as wide as paper."""
    table = Table(title=f"{layout.name} {layout.title}", caption=layout.formula, title_justify="left")
    for heading in (say("reports.column.figure"), *(row.label for row in layout.rows)):
        table.add_column(heading, overflow="fold")
    for place, column in enumerate(layout.columns):
        table.add_row(column, *(row.cells[place] for row in layout.rows))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(say(f"reports.column.{column}"), overflow="fold")
    return table


def _statuses(one: reports_pb2.Change) -> str:
    return " → ".join(_status(status) for status in (one.status_before, one.status) if status)


def _status(status: str) -> str:
    return say(f"coverage.status.{status}")
