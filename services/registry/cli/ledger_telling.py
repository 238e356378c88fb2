"""What an import of a ledger tells: how the file was read, what would change, and what could not be taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from services.registry.ledger.file import LedgerFile
from services.registry.ledger.mapping import Mapping
from services.registry.ledger.review import Review
from services.registry.ledger.words import heading, shown
from xianfeng.cli.showing import print_shown
from xianfeng.words import say

__all__ = ["as_plain", "mapping_table", "tell_reading", "tell_review", "tell_summary"]


def mapping_table(mapping: Mapping) -> Table:
    """Which heading is read as what."""
    table = _table("heading", "field", "value", title=mapping.title)
    for name, field in mapping.columns.items():
        table.add_row(name, heading(field), "")
    for name, tick in mapping.ticks.items():
        table.add_row(name, heading(tick.field), shown(tick.field, tick.value))
    return table


def tell_reading(file: LedgerFile, mapping: Mapping) -> None:
    """The mapping as it met this file, before anything is done by it."""
    columns = file.columns
    assert columns is not None
    table = _table("heading", "field", "value", title=mapping.title)
    for index in columns.read:
        table.add_row(columns.names[index], *columns.meaning(index))
    print_shown(table)
    if columns.persons:
        typer.echo(say("ledger.cli.persons", names="、".join(columns.names[index] for index in columns.persons)))
    for why in dict.fromkeys(columns.unread.values()):
        names = "、".join(columns.names[index] for index, other in columns.unread.items() if other == why)
        typer.echo(say("ledger.cli.unread", names=names, reason=say(f"ledger.unread.{why or 'unknown'}")))


def tell_review(review: Review, show: int) -> None:
    """What would change, what needs more, and what cannot be taken, row by row."""
    for table, rows in (
        (_changes(), _change_rows(review)),
        (_needs(), _need_rows(review)),
        (_faults(), _faulty(review)),
    ):
        found = list(rows)
        for row in found[: show or None]:
            table.add_row(*row)
        if found:
            print_shown(table)
        if show and len(found) > show:
            typer.echo(say("ledger.cli.more", count=len(found) - show))


def tell_summary(review: Review, rejects: Path | None, *, applied: bool) -> None:
    numbers = _numbers(review)
    typer.echo(say("ledger.cli.summary", **numbers))
    done = "applied" if applied else "only-checked" if review.changing else "nothing-changes"
    typer.echo(say(f"ledger.cli.{done}", events=review.events))
    if rejects is not None:
        typer.echo(say("ledger.cli.rejects-written", count=numbers["rejected"], path=rejects))


def as_plain(review: Review, *, applied: bool) -> dict[str, Any]:
    """The whole outcome for machines; numbers are whole numbers."""
    columns = review.file.columns
    return {
        **_numbers(review), "applied": applied, "events": review.events if applied else 0,
        "persons": [columns.names[index] for index in columns.persons] if columns else [],
        "unread": [columns.names[index] for index in columns.unread] if columns else [],
        "changes": _plain(("row", "name", "field", "before", "after"), _change_rows(review)),
        "needs": _plain(("row", "name", "field", "text"), _need_rows(review)),
        "rejects": _plain(("row", "name", "field", "value", "reason", "remedy"), _faulty(review)),
    }  # fmt: skip


def _numbers(review: Review) -> dict[str, int]:
    return review.counts | {"skipped": len(review.file.skipped)}


def _change_rows(review: Review) -> Iterator[tuple[str, ...]]:
    for row in review.changing:
        answer = review.answers[row.number]
        for change in answer.changes:
            before, after = (shown(change.field, value) for value in (change.before, change.after or "none"))
            yield str(row.number), answer.name, heading(change.field), before, after


def _need_rows(review: Review) -> Iterator[tuple[str, ...]]:
    for row in review.taken:
        for key, text in row.notes:
            yield str(row.number), row.name, heading(key), text
        if (answer := review.answers.get(row.number)) is not None:
            for need in answer.needs:
                yield str(row.number), answer.name, heading(need.field), need.text
            for warning in answer.warnings:
                yield str(row.number), answer.name, "", warning


def _faulty(review: Review) -> Iterator[tuple[str, ...]]:
    for row in review.rejected:
        for fault in row.rejects:
            yield str(row.number), row.name, *(str(part) for part in fault)


def _plain(names: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = [dict(zip(names, row, strict=True)) for row in rows]
    return [{**row, "row": int(str(row["row"]))} for row in found]


def _changes() -> Table:
    return _table("row", "name", "field", "before", "after", title=say("ledger.cli.changes"))


def _needs() -> Table:
    return _table("row", "name", "field", "text", title=say("ledger.cli.needs"))


def _faults() -> Table:
    return _table("row", "name", "field", "value", "reason", "remedy", title=say("ledger.cli.faults"))


def _table(*columns: str, title: str) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(say(f"ledger.cli.column.{column}"), overflow="fold")
    return table
