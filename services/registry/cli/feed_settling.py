"""Placing enterprises and settling differences, one by one or with a workbook that a person filled in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer

from proto.xianfeng.registry.v1 import commands_pb2 as pb
from proto.xianfeng.registry.v1.commands_pb2_grpc import CommandsStub
from proto.xianfeng.registry.v1.queries_pb2 import ListUnitsRequest
from proto.xianfeng.registry.v1.queries_pb2_grpc import QueriesStub
from services.registry.cli.calling import TIMEOUT, Exit, connected
from services.registry.cli.units import unit_id
from xianfeng.event import derived_id, new_id
from xianfeng.rpc.errors import describe
from xianfeng.tabular import Unreadable, digest, find_header, header_name, open_table, plain
from xianfeng.words import say

__all__ = ["add_settling"]

Code = Annotated[str, typer.Argument(help=say("feed.cli.code"))]
File = Annotated[Path | None, typer.Option("--file", help=say("feed.cli.from-file"))]
Reason = Annotated[str, typer.Option(help=say("feed.cli.reason"))]
Act = Callable[[Mapping[str, str], str], None]
"""Does what one row says; the second argument is the command's id. Raises _Wrong or grpc.RpcError."""


class _Wrong(Exception):
    """What a row says cannot be done; the message is for people."""


def add_settling(app: typer.Typer) -> None:
    """Add `place` and `settle`."""
    app.command(help=say("feed.cli.place"))(place)
    app.command(help=say("feed.cli.settle"))(settle)


def place(
    code: Code = "", unit: Annotated[str, typer.Argument(help=say("feed.cli.unit"))] = "", file: File = None
) -> None:
    with connected() as channel:
        if file is None:
            _require(bool(code and unit), "place-needs")
            _place(channel, code, unit_id(channel, unit), new_id())
        else:
            units: dict[str, str] = {}

            def act(row: Mapping[str, str], id: str) -> None:
                text = row["to_unit"]
                units[text] = units.get(text) or _unit(channel, text)
                _place(channel, row["code"], units[text], id)

            _work_through(file, ("code", "to_unit"), act)


def settle(
    code: Code = "",
    field: Annotated[str, typer.Argument(help=say("feed.cli.field"))] = "",
    keep: Annotated[bool, typer.Option("--keep", help=say("feed.cli.keep"))] = False,
    take: Annotated[bool, typer.Option("--take", help=say("feed.cli.take"))] = False,
    reason: Reason = "",
    *,
    file: File = None,
) -> None:
    with connected() as channel:
        if file is None:
            _require(bool(code and field) and keep != take, "settle-needs")
            _settle(channel, code, field, "take" if take else "keep", reason=reason, id=new_id())
        else:
            words = {say("feed.cli.keep-word"): "keep", say("feed.cli.take-word"): "take"}

            def act(row: Mapping[str, str], id: str) -> None:
                choice = words.get(row["choice"])
                if choice is None:
                    raise _Wrong(say("feed.cli.book-choice", value=row["choice"][:20]))
                _settle(channel, row["code"], row["field"], choice, reason=reason, id=id)

            _work_through(file, ("code", "field", "choice"), act)


def _place(channel: Any, code: str, unit: str, id: str) -> None:
    request = pb.PlaceEnterpriseRequest(meta=pb.CommandMeta(command_id=id), enterprise=code, unit=unit)
    _tell(CommandsStub(channel).PlaceEnterprise(request, timeout=TIMEOUT), code)


def _settle(channel: Any, code: str, field: str, choice: str, *, reason: str, id: str) -> None:
    request = pb.SettleDifferenceRequest(
        meta=pb.CommandMeta(command_id=id), enterprise=code, field=field, choice=choice, reason=reason or None
    )
    _tell(CommandsStub(channel).SettleDifference(request, timeout=TIMEOUT), code)


def _tell(receipt: Any, code: str) -> None:
    state = "unchanged" if receipt.unchanged else "repeated" if receipt.repeated else "done"
    told = say(f"registry.cli.{state}", subject=code, version=receipt.version, count=len(receipt.events))
    typer.echo(told)


def _require(fits: bool, key: str) -> None:
    if not fits:
        typer.echo(say(f"feed.cli.{key}"), err=True)
        sys.exit(Exit.USAGE)


def _unit(channel: Any, text: str) -> str:
    found = QueriesStub(channel).ListUnits(ListUnitsRequest(text=text), timeout=TIMEOUT).units
    if len(found) != 1:
        names = "、".join(f"{unit.path}（{unit.code or unit.id}）" for unit in found[:5])
        raise _Wrong(say("registry.cli.several-units" if found else "registry.cli.no-unit", text=text, names=names))
    return str(found[0].id)


def _work_through(file: Path, columns: tuple[str, ...], act: Act) -> None:
    """Do every row whose last column is filled in; what cannot be done is told with its row, the others go on."""
    try:
        of_file, rows = digest(file), list(_filled(file, columns))
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
    except _Wrong as wrong:
        typer.echo(say("feed.cli.book-row", number=number, text=str(wrong)), err=True)
        return "failed"
    except grpc.RpcError as error:
        if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAUTHENTICATED):
            raise
        typer.echo(say("feed.cli.book-row", number=number, text=describe(error).message), err=True)
        return "failed"
    return "done"


def _filled(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with open_table(file) as table:
        header = find_header(table.rows(), {header_name(say(f"feed.columns.{column}")): column for column in columns})
        if missing := header.missing(columns):
            names = "、".join(say(f"feed.columns.{column}") for column in missing)
            typer.echo(say("feed.cli.book-columns", columns=names), err=True)
            sys.exit(Exit.REFUSED)
        for row in header.below(table.rows()):
            yield row.number, {column: plain(row.cell(header.columns[column])) for column in columns}
