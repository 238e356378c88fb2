"""Placing enterprises and settling differences, one by one or with a workbook that a person filled in."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from proto.xianfeng.registry.v1 import commands_pb2 as pb
from proto.xianfeng.registry.v1.commands_pb2_grpc import CommandsStub
from proto.xianfeng.registry.v1.queries_pb2 import ListUnitsRequest
from proto.xianfeng.registry.v1.queries_pb2_grpc import QueriesStub
from services.registry.cli.calling import TIMEOUT, Exit, connected
from services.registry.cli.feed_books import Wrong, work_through
from services.registry.cli.units import unit_id
from xianfeng.event import new_id
from xianfeng.words import say

__all__ = ["add_settling"]

Code = Annotated[str, typer.Argument(help=say("feed.cli.code"))]
File = Annotated[Path | None, typer.Option("--file", help=say("feed.cli.from-file"))]
Reason = Annotated[str, typer.Option(help=say("feed.cli.reason"))]


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

            work_through(file, ("code", "to_unit"), act)


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
                    raise Wrong(say("feed.cli.book-choice", value=row["choice"][:20]))
                _settle(channel, row["code"], row["field"], choice, reason=reason, id=id)

            work_through(file, ("code", "field", "choice"), act)


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
        raise Wrong(say("registry.cli.several-units" if found else "registry.cli.no-unit", text=text, names=names))
    return str(found[0].id)
