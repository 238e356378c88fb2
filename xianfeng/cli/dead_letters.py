"""``xianfeng dead-letters``: list, replay and discard what a projection could not take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import grpc
import typer
from rich.console import Console
from rich.table import Column, Table

from xianfeng.failure import StartFailure
from xianfeng.settings import Settings
from xianfeng.words import say

__all__ = ["app"]

app = typer.Typer(help=say("cli.dead-letters.help"), no_args_is_help=True)
PATIENCE = 30.0

Service = Annotated[str, typer.Argument(help=say("cli.dead-letters.service"))]
Number = Annotated[int, typer.Argument(help=say("cli.dead-letters.number"))]
COLUMNS = ("id", "projection", "topic", "partition", "offset", "subject", "type", "reason", "detail", "seen_at")


@app.command("list", help=say("cli.dead-letters.list"))
def list_open(
    service: Service = "coverage",
    limit: Annotated[int, typer.Option(help=say("cli.dead-letters.limit"))] = 100,
) -> None:
    from proto.xianfeng.platform.v1.operations_pb2 import ListDeadLettersRequest

    answer = _call(service, lambda stub: stub.ListDeadLetters(ListDeadLettersRequest(limit=limit), timeout=PATIENCE))
    table = Table(*(Column(say(f"cli.dead-letters.column-{column}"), overflow="fold") for column in COLUMNS))
    for letter in answer.dead_letters:
        table.add_row(*(str(getattr(letter, column)) for column in COLUMNS))
    Console().print(table)
    typer.echo(say("cli.dead-letters.total", shown=len(answer.dead_letters), total=answer.total))


@app.command(help=say("cli.dead-letters.replay"))
def replay(service: Service, number: Number) -> None:
    from proto.xianfeng.platform.v1.operations_pb2 import DeadLetterRequest

    _tell(_call(service, lambda stub: stub.ReplayDeadLetter(DeadLetterRequest(id=number), timeout=PATIENCE)))


@app.command(help=say("cli.dead-letters.discard"))
def discard(service: Service, number: Number) -> None:
    from proto.xianfeng.platform.v1.operations_pb2 import DeadLetterRequest

    _tell(_call(service, lambda stub: stub.DiscardDeadLetter(DeadLetterRequest(id=number), timeout=PATIENCE)))


def _call(service: str, ask: Callable[[Any], Any]) -> Any:
    from proto.xianfeng.platform.v1.operations_pb2_grpc import OperationsStub
    from xianfeng.cli.client import GRPC_SERVICES, connected

    if service not in GRPC_SERVICES:
        raise StartFailure(say("cli.dead-letters.no-service", service=service, known="、".join(GRPC_SERVICES)))
    with connected(Settings.load(create=False), service) as channel:
        try:
            return ask(OperationsStub(channel))
        except grpc.RpcError as refused:
            raise StartFailure(say("cli.refused", service=service, reason=refused.details())) from refused


def _tell(answer: Any) -> None:
    typer.echo(say(f"cli.dead-letters.outcome-{answer.outcome}", detail=answer.detail))
    if answer.outcome not in ("applied", "discarded"):
        raise typer.Exit(1)
