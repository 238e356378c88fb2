"""What waits for persons, as a table on the terminal or as a workbook to be filled in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer
from rich.table import Table

from services.registry.cli.calling import Exit
from xianfeng.cli.showing import print_shown
from xianfeng.tabular import Sheet, Unwritable, write_workbook
from xianfeng.words import say

__all__ = ["show_table", "write_book"]


def show_table(names: Sequence[str], rows: Sequence[Sequence[str]], title: str | None = None) -> None:
    """Print rows under the headings of these columns."""
    table = Table(*(say(f"feed.columns.{name}") for name in names), title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    print_shown(table)


def write_book(path: Path, sheet: Sheet) -> None:
    """Write a workbook of one sheet and say so; end the command where the place does not allow it."""
    rows = [list(row) for row in sheet.rows]
    try:
        write_workbook(path, [replace(sheet, rows=rows)])
    except Unwritable as unwritable:
        typer.echo(unwritable.message, err=True)
        sys.exit(Exit.REFUSED)
    typer.echo(say("feed.cli.written", path=path, count=len(rows)))
