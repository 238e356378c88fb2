"""A workbook that a person filled in: every row is done by itself, and what cannot be done is told with its row."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import grpc
import typer

from services.registry.cli.calling import Exit
from xianfeng.event import derived_id
from xianfeng.rpc.errors import describe
from xianfeng.tabular import Unreadable, digest, find_header, header_name, open_table, plain
from xianfeng.words import say

__all__ = ["Act", "Wrong", "work_through"]

Act = Callable[[Mapping[str, str], str], None]
"""Does what one row says; the second argument is the command's id. Raises Wrong or grpc.RpcError."""


class Wrong(Exception):
    """What a row says cannot be done; the message is for people."""


def work_through(file: Path, columns: tuple[str, ...], act: Act, sheet: str | None = None) -> None:
    """Do every row whose last column is filled in; what cannot be done is told with its row, the others go on.

    `sheet`: the name of the sheet, where a workbook may have others before it.
    """
    try:
        of_file, rows = digest(file), list(_filled(file, columns, sheet))
    except Unreadable as unreadable:
        typer.echo(unreadable.message, err=True)
        sys.exit(Exit.REFUSED)
    counts = {"done": 0, "left": 0, "failed": 0}
    for number, row in rows:
        counts[_try(number, row, columns[-1], lambda row, n=number: act(row, derived_id(of_file, str(n))))] += 1  # type: ignore[misc]
    typer.echo(say("feed.cli.book-done", **counts))
    if counts["failed"]:
        sys.exit(Exit.PARTLY)


def _try(number: int, row: Mapping[str, str], last: str, act: Callable[[Mapping[str, str]], None]) -> str:
    if not row[last]:
        return "left"
    try:
        act(row)
    except Wrong as wrong:
        typer.echo(say("feed.cli.book-row", number=number, text=str(wrong)), err=True)
        return "failed"
    except grpc.RpcError as error:
        if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAUTHENTICATED):
            raise
        typer.echo(say("feed.cli.book-row", number=number, text=describe(error).message), err=True)
        return "failed"
    return "done"


def _filled(file: Path, columns: tuple[str, ...], sheet: str | None) -> Iterator[tuple[int, dict[str, str]]]:
    with open_table(file, sheet=sheet) as table:
        header = find_header(table.rows(), {header_name(say(f"feed.columns.{column}")): column for column in columns})
        if missing := header.missing(columns):
            names = "、".join(say(f"feed.columns.{column}") for column in missing)
            typer.echo(say("feed.cli.book-columns", columns=names), err=True)
            sys.exit(Exit.REFUSED)
        for row in header.below(table.rows()):
            yield row.number, {column: plain(row.cell(header.columns[column])) for column in columns}
