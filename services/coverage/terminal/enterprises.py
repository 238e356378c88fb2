"""Lists of enterprises, and one enterprise explained, on a terminal."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import MessageToDict
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from xianfeng.clock import minute_of
from xianfeng.words import say

__all__ = ["as_json", "explanation", "row_table"]


def as_json(message: Any) -> dict[str, Any]:
    """Any answer by its proto's field names; absent values are there as empty ones, whole numbers as numbers."""
    plain = MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    for name, field in message.DESCRIPTOR.fields_by_name.items():
        if field.type == field.TYPE_INT64 and not field.is_repeated:
            plain[name] = int(plain[name])
    return plain


def row_table(answer: pb.ListResponse) -> Table | Text:
    """One page of a list: status, duty, since and due of each enterprise; a sentence where there is none."""
    unit, mark = answer.path[-1].name, say("demo.in-brackets") if answer.basis.demonstration else ""
    if not answer.total:
        return Text(say("coverage.cli.list-empty", unit=unit, day=answer.day) + mark)
    title = say("coverage.cli.list-title", unit=unit, total=answer.total, shown=len(answer.rows)) + mark
    table = Table(title=title, title_justify="left")
    for column in ("code", "name", "unit", "status", "duty", "since", "due"):
        whole = column in ("code", "since", "due")
        table.add_column(say(f"coverage.cli.column-{column}"), overflow="fold", no_wrap=whole)
    for row in answer.rows:
        duty = say(f"coverage.duty.{row.duty or 'none'}")
        table.add_row(row.code, row.name, row.unit.name, status_of(row), duty, row.since, row.due)
    return table


def status_of(row: pb.Row) -> str:
    """The status in words; empty before the enterprise was registered."""
    return say(f"coverage.status.{row.status}") if row.status else ""


def explanation(answer: pb.Explanation) -> Group:
    """Why this status and this duty: clause and text, the row of the table, the facts with their events."""
    row = answer.row
    lines = [
        say("coverage.cli.explain-title", name=row.name, code=row.code),
        say("coverage.cli.explain-where", path="".join(unit.name for unit in answer.path if unit.level != "nation")),
        say(
            "coverage.cli.explain-status", status=status_of(row), clause=answer.status_clause,
            text=answer.status_clause_text,
        ),
        _duty(answer),
        say("coverage.cli.explain-row", row=answer.table_row),
        say("coverage.cli.explain-rules", rule_set=answer.rule_set, day=answer.day),
    ]  # fmt: skip
    lines += answer.warnings
    lines += [say("demo.mark")] if answer.basis.demonstration else []
    return Group(*(Text(line) for line in lines), _facts(answer), _history(answer))


def _duty(answer: pb.Explanation) -> str:
    row = answer.row
    if not row.duty:
        return say("coverage.cli.explain-no-duty")
    return say(
        "coverage.cli.explain-duty", duty=say(f"coverage.duty.{row.duty}"), since=row.since,
        due=row.due or say("coverage.due_rule.none"), clause=answer.duty_clause, text=answer.duty_clause_text,
    )  # fmt: skip


def _facts(answer: pb.Explanation) -> Table:
    table = Table(title=say("coverage.cli.facts-title"), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("fact", "value", "state", "effective", "until", "event", "recorded", "actor"):
        whole = column in ("state", "effective", "until", "recorded")
        table.add_column(say(f"coverage.cli.column-{column}"), overflow="fold", no_wrap=whole)
    for fact in answer.facts:
        state = "voided" if fact.voided else "in-force" if fact.in_force else "later"
        event = f"#{fact.version} {fact.event_label}"
        table.add_row(
            fact.label, fact.value, say(f"coverage.cli.{state}"), fact.effective, fact.until, event,
            minute_of(fact.recorded), fact.actor,
        )  # fmt: skip
    return table


def _history(answer: pb.Explanation) -> Table:
    table = Table(title=say("coverage.cli.history-title"), title_justify="left")
    for column in ("from", "until", "status", "duty", "unit"):
        table.add_column(say(f"coverage.cli.column-{column}"), overflow="fold")
    for segment in answer.history:
        status = say(f"coverage.status.{segment.status}") if segment.status else ""
        duty = say(f"coverage.duty.{segment.duty or 'none'}")
        table.add_row(getattr(segment, "from"), segment.until, status, duty, segment.unit.name)
    return table
