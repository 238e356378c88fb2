"""What waits for persons, on the command line: imports, enterprises to be placed, differences."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from proto.xianfeng.registry.v1.imports_pb2_grpc import ImportsStub
from services.registry.cli.calling import TIMEOUT, AsJson, Exit, connected, print_json
from services.registry.cli.feed_showing import show_table, write_book
from services.registry.cli.feed_telling import tell_result
from services.registry.cli.units import unit_id
from xianfeng.tabular import Column, Sheet
from xianfeng.words import say

__all__ = ["add_lists"]

_PAGE = 1000
_UNPLACED = ("code", "name", "address", "unit")
_DIFFERENCES = ("code", "name", "field", "label", "known", "reported", "source", "raised_on")

Id = Annotated[str, typer.Argument(help=say("feed.cli.id"))]
Unit = Annotated[str, typer.Option(help=say("registry.cli.unit"))]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", help=say("feed.cli.xlsx"))]
Size = Annotated[int, typer.Option(help=say("registry.cli.size"), min=1, max=_PAGE)]
After = Annotated[str, typer.Option(help=say("feed.cli.after"))]


def add_lists(app: typer.Typer) -> None:
    """Add `waiting`, `confirm`, `cancel`, `unplaced` and `differences`."""
    for command in (waiting, confirm, cancel, unplaced, differences):
        app.command(help=say(f"feed.cli.{command.__name__}"))(command)


def waiting(as_json: AsJson = False) -> None:
    with connected() as channel:
        answer = ImportsStub(channel).Waiting(pb.WaitingRequest(), timeout=TIMEOUT)
    if as_json:
        print_json(answer)
    elif not answer.imports:
        typer.echo(say("feed.cli.nothing-waits"))
    else:
        rows = [
            (one.id, one.file, one.source, one.as_of, say(f"feed.state.{one.state}"), _waits(one.waits))
            for one in answer.imports
        ]
        show_table(("id", "file", "source", "as_of", "state", "waits"), rows)


def confirm(id: Id, as_json: AsJson = False) -> None:
    with connected() as channel:
        for reply in ImportsStub(channel).Confirm(pb.ImportRef(id=id)):
            result = reply.result
    if as_json:
        print_json(result)
    else:
        told = {part.name: int(getattr(result.counts, part.name)) for part in result.counts.DESCRIPTOR.fields}
        tell_result(result, told)
    if result.counts.rejected:
        sys.exit(Exit.PARTLY)


def cancel(id: Id) -> None:
    with connected() as channel:
        answer = ImportsStub(channel).Cancel(pb.ImportRef(id=id), timeout=TIMEOUT)
    typer.echo(say("feed.cli.cancelled", id=answer.id))


def unplaced(unit: Unit = "", xlsx: Xlsx = None, size: Size = 50, after: After = "", as_json: AsJson = False) -> None:
    with connected() as channel:
        at = unit_id(channel, unit) if unit else ""
        ask = ImportsStub(channel).Unplaced

        def page(size: int, after: str) -> Any:
            return ask(pb.UnplacedRequest(unit=at, page_size=size, after=after), timeout=TIMEOUT)

        if xlsx:
            book = Sheet(
                say("feed.cli.sheet-unplaced"), [*_columns(_UNPLACED), Column(say("feed.columns.to_unit"), width=24)],
                ([*_cells(row, _UNPLACED), ""] for row in _all(page, "enterprises")),
                notices=[say("feed.cli.notice-unplaced"), *_marks(page)],
            )  # fmt: skip
            write_book(xlsx, book)
        else:
            _page(page(size, after), "enterprises", _UNPLACED, as_json=as_json)


def differences(
    unit: Unit = "", xlsx: Xlsx = None, size: Size = 50, after: After = "", as_json: AsJson = False
) -> None:
    with connected() as channel:
        at = unit_id(channel, unit) if unit else ""
        ask = ImportsStub(channel).Differences

        def page(size: int, after: str) -> Any:
            return ask(pb.DifferencesRequest(unit=at, page_size=size, after=after), timeout=TIMEOUT)

        if xlsx:
            choices = (say("feed.cli.keep-word"), say("feed.cli.take-word"))
            choice = Column(say("feed.columns.choice"), width=20, choices=choices)
            book = Sheet(
                say("feed.cli.sheet-differences"), [*_columns(_DIFFERENCES), choice],
                ([*_cells(row, _DIFFERENCES), ""] for row in _all(page, "differences")),
                notices=[say("feed.cli.notice-differences"), *_marks(page)],
            )  # fmt: skip
            write_book(xlsx, book)
        else:
            _page(page(size, after), "differences", _DIFFERENCES, as_json=as_json)


def _waits(waits: Sequence[pb.ImportWait]) -> str:
    return "；".join(
        say("feed.cli.wait", name=w.name, operating=w.operating, inactive=w.inactive).strip() for w in waits
    )


def _all(page: Callable[[int, str], Any], part: str) -> Iterator[Any]:
    after = ""
    while True:
        answer = page(_PAGE, after)
        yield from getattr(answer, part)
        after = answer.next
        if not after:
            return


def _marks(page: Callable[[int, str], Any]) -> list[str]:
    return [say("demo.mark")] if page(1, "").demonstration else []


def _columns(names: Sequence[str]) -> list[Column]:
    return [Column(say(f"feed.columns.{name}"), locked=True) for name in names]


def _cells(row: Any, names: Sequence[str]) -> list[str]:
    return [str(getattr(row, name)) for name in names]


def _page(answer: Any, part: str, names: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    rows = [_cells(row, names) for row in getattr(answer, part)]
    mark = say("demo.in-brackets") if answer.demonstration else ""
    show_table(names, rows, title=say("feed.cli.title", total=answer.total, shown=len(rows)) + mark)
    if answer.next:
        typer.echo(say("feed.cli.next", after=answer.next))
