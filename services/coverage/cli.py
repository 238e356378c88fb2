"""`xianfeng coverage …`: figures, lists and explanations; tables for people, `--json` for machines."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.coverage.v1.coverage_pb2_grpc import CoverageStub
from proto.xianfeng.platform.v1 import operations_pb2
from proto.xianfeng.platform.v1.operations_pb2_grpc import OperationsStub
from services.coverage.domain.keys import DUTIES, STATUSES
from services.coverage.terminal import enterprises, figures
from services.coverage.terminal.client import ask, connected, refusal_shown
from services.coverage.terminal.rebuilding import follow
from services.coverage.terminal.recalling import recall
from xianfeng.words import say

__all__ = ["app"]

app = typer.Typer(help=say("coverage.cli.help"), no_args_is_help=True)

Unit = Annotated[str, typer.Argument(help=say("coverage.cli.unit-help"))]
Day = Annotated[str, typer.Option("--day", help=say("coverage.cli.day-help"))]
Json = Annotated[bool, typer.Option("--json", help=say("coverage.cli.json-help"))]
Status = Annotated[str, typer.Option(help=say("coverage.cli.status-help", known="、".join(STATUSES)))]
Duty = Annotated[str, typer.Option(help=say("coverage.cli.duty-help", known="、".join(DUTIES[1:])))]
Overdue = Annotated[bool, typer.Option("--overdue", help=say("coverage.cli.overdue-help"))]
Limit = Annotated[int, typer.Option(help=say("coverage.cli.limit-help"), min=1, max=1000)]
Code = Annotated[str, typer.Argument(help=say("coverage.cli.code-help"))]
KnownAt = Annotated[str, typer.Option("--known-at", help=say("coverage.cli.known-at-help"))]
Wait = Annotated[bool, typer.Option("--wait", help=say("coverage.cli.wait-help"))]


@app.command(help=say("coverage.cli.show-help"))
def show(unit: Unit = "", day: Day = "", known_at: KnownAt = "", as_json: Json = False) -> None:
    _recall(known_at)
    request = pb.FiguresRequest(unit=unit, day=day, known_at=known_at)
    answer = ask(lambda channel: CoverageStub(channel).Overview, request)
    _print(figures.as_json(answer) if as_json else figures.as_tables(answer))


@app.command("list", help=say("coverage.cli.list-help"))
def list_(  # noqa: PLR0917
    unit: Unit = "", status: Status = "", duty: Duty = "", overdue: Overdue = False, day: Day = "",
    known_at: KnownAt = "", limit: Limit = 50, as_json: Json = False,
) -> None:  # fmt: skip
    _recall(known_at)
    request = pb.ListRequest(
        unit=unit, status=status, duty=duty, overdue=overdue, day=day, known_at=known_at, page_size=limit,
        warnings=True,
    )  # fmt: skip
    answer = ask(lambda channel: CoverageStub(channel).List, request)
    _print(enterprises.as_json(answer) if as_json else enterprises.row_table(answer))


@app.command(help=say("coverage.cli.explain-help"))
def explain(code: Code, day: Day = "", known_at: KnownAt = "", as_json: Json = False) -> None:
    request = pb.ExplainRequest(enterprise=code, day=day, known_at=known_at)
    answer = ask(lambda channel: CoverageStub(channel).Explain, request)
    _print(enterprises.as_json(answer) if as_json else enterprises.explanation(answer))


@app.command(help=say("coverage.cli.rebuild-help"))
def rebuild(wait: Wait = False) -> None:
    with refusal_shown(), connected() as channel:
        operations = OperationsStub(channel)
        build = operations.Rebuild(operations_pb2.RebuildRequest(projection="coverage")).build
        typer.echo(say("coverage.cli.rebuild-started", build=build))
        if wait:
            follow(build, lambda: operations.Status(operations_pb2.StatusRequest()))
            typer.echo(say("coverage.cli.rebuild-done", build=build))


def _recall(known_at: str) -> None:
    """Wait until what was known then can be asked; nothing for what is known now."""
    if known_at:
        with refusal_shown(), connected() as channel:
            recall(known_at, CoverageStub(channel).Recall)


def _print(shown: dict[str, Any] | RenderableType) -> None:
    if isinstance(shown, dict):
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        Console().print(shown)
