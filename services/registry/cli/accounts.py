"""Accounts on the command line: add, list, change, close, and another password."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from proto.xianfeng.registry.v1 import accounts_pb2 as pb
from proto.xianfeng.registry.v1.accounts_pb2_grpc import AccountsStub
from services.registry.cli.calling import TIMEOUT, AsJson, connected, print_json
from services.registry.cli.units import unit_id
from services.registry.events.unit import Role
from xianfeng.words import say

__all__ = ["account"]

account = typer.Typer(help=say("registry.cli.group.account"), no_args_is_help=True)

Handle = Annotated[str, typer.Argument(help=say("registry.field.handle"))]
_COLUMNS = ("handle", "role", "unit", "enterprise", "closed", "id")


@account.command(help=say("registry.cli.account.add"))
def add(
    handle: Handle,
    role: Annotated[Role, typer.Option(help=say("registry.field.role"))],
    unit: Annotated[str, typer.Option(help=say("registry.field.unit"))],
    enterprise: Annotated[str, typer.Option(help=say("registry.field.enterprise"))] = "",
    as_json: AsJson = False,
) -> None:
    with connected() as channel:
        request = pb.AddAccountRequest(handle=handle, role=role, unit=unit_id(channel, unit), enterprise=enterprise)
        answer = AccountsStub(channel).AddAccount(request, timeout=TIMEOUT)
    if as_json:
        print_json(answer)
    else:
        typer.echo(say("registry.cli.account.added", handle=handle, password=answer.one_time_password))


@account.command("list", help=say("registry.cli.account.list"))
def listed(unit: Annotated[str, typer.Option(help=say("registry.cli.unit"))] = "", as_json: AsJson = False) -> None:
    with connected() as channel:
        request = pb.ListAccountsRequest(unit=unit_id(channel, unit) if unit else "")
        answer = AccountsStub(channel).ListAccounts(request, timeout=TIMEOUT)
    if as_json:
        print_json(answer)
        return
    table = Table(*(say(f"registry.cli.account.column.{column}") for column in _COLUMNS))
    for found in answer.accounts:
        table.add_row(*_cells(found))
    Console().print(table)


@account.command(help=say("registry.cli.account.change"))
def change(
    handle: Handle,
    role: Annotated[Role | None, typer.Option(help=say("registry.field.role"))] = None,
    unit: Annotated[str, typer.Option(help=say("registry.field.unit"))] = "",
    as_json: AsJson = False,
) -> None:
    with connected() as channel:
        request = pb.ChangeAccountRequest(handle=handle, role=role or "", unit=unit_id(channel, unit) if unit else "")
        answer = AccountsStub(channel).ChangeAccount(request, timeout=TIMEOUT)
    _tell(answer, as_json, "registry.cli.account.changed")


@account.command(help=say("registry.cli.account.close"))
def close(
    handle: Handle,
    reason: Annotated[str, typer.Option(help=say("registry.field.reason"))] = "",
    as_json: AsJson = False,
) -> None:
    with connected() as channel:
        request = pb.CloseAccountRequest(handle=handle, reason=reason)
        answer = AccountsStub(channel).CloseAccount(request, timeout=TIMEOUT)
    _tell(answer, as_json, "registry.cli.account.closed")


@account.command("reset-password", help=say("registry.cli.account.reset"))
def reset_password(handle: Handle, as_json: AsJson = False) -> None:
    with connected() as channel:
        answer = AccountsStub(channel).ResetPassword(pb.ResetPasswordRequest(handle=handle), timeout=TIMEOUT)
    if as_json:
        print_json(answer)
    else:
        typer.echo(say("registry.cli.account.was-reset", handle=handle, password=answer.one_time_password))


def _cells(found: Any) -> list[str]:
    closed = say("registry.value.yes") if found.closed else ""
    return [found.handle, say(f"registry.value.{found.role}"), found.unit, found.enterprise, closed, found.id]


def _tell(answer: Any, as_json: bool, key: str) -> None:
    if as_json:
        print_json(answer)
    else:
        typer.echo(say(key, handle=answer.handle))
