"""Status words that nobody has resolved: listed, written out to be filled in, and given a meaning."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from proto.xianfeng.registry.v1.imports_pb2_grpc import ImportsStub
from services.registry.cli.calling import TIMEOUT, AsJson, Exit, connected, print_json
from services.registry.cli.feed_books import Wrong, work_through
from services.registry.cli.feed_showing import show_table, write_book
from services.registry.feed.faults import Fault
from xianfeng.tabular import Column, Sheet
from xianfeng.words import say

__all__ = ["add_words", "words_sheet"]

_MEANINGS = ("active", "closing", "moved_out", "suspended", "revoked", "deregistered")
_ROWS_NAMED = 20


def add_words(app: typer.Typer) -> None:
    """Add `words` and `resolve-status`."""
    app.command(help=say("feed.cli.words"))(words)
    app.command("resolve-status", help=say("feed.cli.resolve"))(resolve_status)


def words(
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=say("feed.cli.xlsx"))] = None, as_json: AsJson = False
) -> None:
    with connected() as channel:
        answer = ImportsStub(channel).StatusWords(pb.StatusWordsRequest(), timeout=TIMEOUT)
    rows = [(one.word, str(one.enterprises)) for one in answer.words]
    if as_json:
        print_json(answer)
    elif xlsx:
        columns = [_locked("word"), _locked("enterprises"), _meaning()]
        write_book(xlsx, _sheet(columns, [(*row, "") for row in rows]))
    elif not rows:
        typer.echo(say("feed.cli.no-words"))
    else:
        show_table(("word", "enterprises"), rows)


def resolve_status(
    word: Annotated[str, typer.Argument(help=say("feed.cli.word"))] = "",
    status: Annotated[str, typer.Argument(help=say("feed.cli.status"))] = "",
    file: Annotated[Path | None, typer.Option("--file", help=say("feed.cli.from-file"))] = None,
    as_json: AsJson = False,
) -> None:
    with connected() as channel:
        if file is not None:
            work_through(file, ("word", "status"), lambda row, _: _resolve_row(channel, row), _name_of_sheet(file))
        elif not (word and status):
            typer.echo(say("feed.cli.resolve-needs"), err=True)
            sys.exit(Exit.USAGE)
        elif as_json:
            print_json(_resolve(channel, word, status))
        else:
            _tell(word, status, _resolve(channel, word, status))


def words_sheet(heading: str, found: Mapping[str, Sequence[int]]) -> Sheet:
    """Word → the rows of a file in which it stands, with what is wrong and a column to be filled in.

    `heading`: what the file calls the column.
    """
    told = [Column(say(f"tabular.rejects.{part}"), locked=True) for part in ("row", "field", "reason", "remedy")]
    return _sheet(
        [_locked("word"), *told, _meaning()], [_line(heading, word, rows) for word, rows in found.items()]
    )  # fmt: skip


def _line(heading: str, word: str, rows: Sequence[int]) -> Sequence[str]:
    fault = Fault(rows[0], "status", word, "status-unknown")
    return (word, _numbers(rows), heading, fault.message, fault.remedy, "")


def _numbers(rows: Sequence[int]) -> str:
    told = "、".join(map(str, rows[:_ROWS_NAMED]))
    return told if len(rows) <= _ROWS_NAMED else say("feed.cli.rows-more", rows=told, count=len(rows))


def _sheet(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Sheet:
    return Sheet(say("feed.cli.sheet-words"), columns, rows, notices=[say("feed.cli.notice-words")])


def _locked(name: str) -> Column:
    return Column(say(f"feed.columns.{name}"), locked=True)


def _meaning() -> Column:
    return Column(say("feed.columns.status"), width=16, choices=[_label(status) for status in _MEANINGS])


def _label(status: str) -> str:
    return say(f"registry.value.{status}")


def _name_of_sheet(file: Path) -> str | None:
    """Among the rejects the words stand in a sheet of their own; a text file has one table alone."""
    return say("feed.cli.sheet-words") if file.suffix.lower() == ".xlsx" else None


def _resolve_row(channel: Any, row: Mapping[str, str]) -> None:
    meanings = {_label(status): status for status in _MEANINGS}
    status = meanings.get(row["status"], row["status"])
    if status not in _MEANINGS:
        raise Wrong(say("feed.cli.book-meaning", value=row["status"][:20], meanings="、".join(meanings)))
    _tell(row["word"], status, _resolve(channel, row["word"], status))


def _resolve(channel: Any, word: str, status: str) -> pb.ImportCounts:
    return ImportsStub(channel).ResolveStatus(pb.ResolveStatusRequest(word=word, status=status))


def _tell(word: str, status: str, counts: pb.ImportCounts) -> None:
    typer.echo(say("feed.cli.resolved", word=word, status=_label(status), changed=counts.changed))
