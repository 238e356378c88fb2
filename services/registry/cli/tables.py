"""Registry's answers as tables for a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from xianfeng.words import say

__all__ = ["history_lines", "list_table", "unit_table", "view_table"]


def view_table(view: pb.View) -> RenderableType:
    """One subject: what it is, and its facts in force."""
    unit = view.unit.path or view.unit.name or view.unit.id
    lines = ["　".join(part for part in (view.name, view.code, view.subject) if part)]
    lines.append(say("registry.cli.view-basis", unit=unit, day=view.day, version=view.version))
    if view.demonstration:
        lines.append(say("demo.mark"))
    if view.ended:
        lines.append(say("registry.cli.view-ended"))
    if view.next_change:
        lines.append(say("registry.cli.view-next", day=view.next_change))
    if view.HasField("holder"):
        holder = view.holder
        lines.append(say("registry.cli.view-holder", holder=holder.holder, name=holder.name, phone=holder.phone))
    table = _table("fact", "value", "effective", "until", "version")
    for fact in view.facts:
        table.add_row(fact.label, fact.shown, fact.effective, fact.until, str(fact.version))
    return Group(*(Text(line) for line in lines), table)


def list_table(answer: pb.ListResponse) -> RenderableType:
    """A page of subjects."""
    table = _table("code", "name", "unit", "state", "version", "subject")
    table.title = say("registry.cli.list-title", total=answer.total, shown=len(answer.rows), day=answer.day)
    table.title += say("demo.in-brackets") if answer.demonstration else ""
    for row in answer.rows:
        state = say("registry.cli.ended-state") if row.ended else ""
        table.add_row(row.code, row.name, row.unit.path or row.unit.name, state, str(row.version), row.subject)
    if not answer.next_page_token:
        return table
    return Group(table, Text(say("registry.cli.next-page", token=answer.next_page_token)))


def unit_table(answer: pb.ListUnitsResponse) -> RenderableType:
    """Units of a day."""
    table = _table("code", "name", "level", "path", "subject")
    for unit in answer.units:
        table.add_row(unit.code, unit.name, say(f"registry.value.{unit.level}"), unit.path, unit.id)
    return table


def history_lines(answer: pb.HistoryResponse) -> RenderableType:
    """The time line, oldest first: too wide for a table."""
    lines = [say("demo.mark")] if answer.demonstration else []
    for line in answer.lines:
        label = say("registry.cli.voided", label=line.label) if line.voided else line.label
        lines.append(
            say(
                "registry.cli.line",
                version=line.version,
                effective=line.effective,
                label=label,
                shown=line.shown,
                actor=line.actor,
                recorded=line.recorded,
                event=line.event,
            )
        )
    return Text("\n".join(lines))


def _table(*columns: str) -> Table:
    table = Table(title_justify="left")
    for column in columns:
        table.add_column(say(f"registry.cli.column.{column}"), overflow="fold")
    return table
