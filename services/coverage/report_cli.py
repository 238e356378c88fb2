"""`xianfeng report …`: a unit's monthly report made, sent, sent back and opened again."""

from __future__ import annotations

from typing import Annotated

import typer

from proto.xianfeng.coverage.v1 import reports_pb2 as pb
from proto.xianfeng.coverage.v1.reports_pb2_grpc import ReportsStub
from proto.xianfeng.registry.v1 import reports_pb2 as kept
from proto.xianfeng.registry.v1.reports_pb2_grpc import ReportsStub as KeptStub
from services.coverage.reports.comparing import difference, read_both
from services.coverage.terminal import reports
from services.coverage.terminal.client import ask
from services.coverage.terminal.enterprises import as_json
from xianfeng.cli.showing import print_plain, print_shown
from xianfeng.event import new_id
from xianfeng.words import say

__all__ = ["app"]

app = typer.Typer(help=say("reports.cli.help"), no_args_is_help=True)

Unit = Annotated[str, typer.Argument(help=say("reports.cli.unit-help"))]
Month = Annotated[str, typer.Argument(help=say("reports.cli.month-help"))]
OneMonth = Annotated[str, typer.Option("--month", help=say("reports.cli.one-month-help"))]
Cutoff = Annotated[str, typer.Option("--cutoff", help=say("reports.cli.cutoff-help"))]
Number = Annotated[int, typer.Option("--edition", help=say("reports.cli.edition-help"), min=0, show_default=False)]
Edition = Annotated[int, typer.Argument(help=say("reports.cli.edition-help"), min=1)]
Notes = Annotated[list[str], typer.Option("--note", help=say("reports.cli.note-help"))]
Reason = Annotated[str, typer.Option("--reason", help=say("reports.cli.reason-help"))]
Json = Annotated[bool, typer.Option("--json", help=say("coverage.cli.json-help"))]


@app.command(help=say("reports.cli.show-help"))
def show(unit: Unit, month: Month, edition: Number = 0, cutoff: Cutoff = "", as_json_: Json = False) -> None:
    opened = _open(unit, month, edition) if edition else None
    report = pb.Report.FromString(opened.content if opened else _make(unit, month, cutoff).content)
    if not as_json_:
        return print_shown(reports.shown(report, opened))
    told = as_json(report)
    if opened:
        about = as_json(opened)
        told["edition"] = {name: value for name, value in about.items() if name != "content"}
    return print_plain(told)


@app.command(help=say("reports.cli.send-help"))
def send(unit: Unit, month: Month, note: Notes = [], cutoff: Cutoff = "", as_json_: Json = False) -> None:  # noqa: B006
    made = _make(unit, month, cutoff)
    request = kept.SendReportRequest(command_id=new_id(), content=made.content, seal=made.seal, notes=note)
    _receipt(ask(lambda channel: KeptStub(channel).Send, request, "registry"), as_json_)


@app.command("return", help=say("reports.cli.return-help"))
def return_(unit: Unit, month: Month, reason: Reason, as_json_: Json = False) -> None:
    request = kept.ReturnReportRequest(command_id=new_id(), unit=unit, month=month, reason=reason)
    _receipt(ask(lambda channel: KeptStub(channel).Return, request, "registry"), as_json_)


@app.command(help=say("reports.cli.excuse-help"))
def excuse(unit: Unit, month: Month, reason: Reason, as_json_: Json = False) -> None:
    request = kept.ReturnReportRequest(command_id=new_id(), unit=unit, month=month, reason=reason)
    _receipt(ask(lambda channel: KeptStub(channel).Excuse, request, "registry"), as_json_)


@app.command("list", help=say("reports.cli.list-help"))
def list_(unit: Unit, month: OneMonth = "", as_json_: Json = False) -> None:
    request = kept.ListReportsRequest(unit=unit, month=month)
    answer = ask(lambda channel: KeptStub(channel).List, request, "registry")
    print_plain(as_json(answer)) if as_json_ else print_shown(reports.listed(answer.rows))


@app.command("difference", help=say("reports.cli.difference-help"))
def difference_(unit: Unit, month: Month, first: Edition, second: Edition) -> None:
    older, newer = (_open(unit, month, number).content for number in (first, second))
    print_shown(reports.compared(difference(*read_both(older, newer)), first, second))


def _make(unit: str, month: str, cutoff: str) -> pb.MakeReportResponse:
    request = pb.MakeReportRequest(unit=unit, month=month, cutoff=cutoff)
    return ask(lambda channel: ReportsStub(channel).Make, request)


def _open(unit: str, month: str, edition: int) -> kept.ReportEdition:
    request = kept.OpenReportRequest(unit=unit, month=month, edition=edition)
    return ask(lambda channel: KeptStub(channel).Open, request, "registry")


def _receipt(receipt: kept.ReportReceipt, as_json_: bool) -> None:
    if as_json_:
        return print_plain(as_json(receipt))
    typer.echo(say("reports.cli.receipt", state=say(f"reports.state.{receipt.state}"), edition=receipt.edition))
    for warning in receipt.warnings:
        typer.echo(warning)
    return None
