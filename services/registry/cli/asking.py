"""Questions on the command line: show, list, history, and who belongs to an organisation or an adviser."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from proto.xianfeng.registry.v1.queries_pb2_grpc import QueriesStub
from services.registry.cli.calling import TIMEOUT, AsJson, connected, print_json
from services.registry.cli.tables import history_lines, list_table, unit_table, view_table
from services.registry.cli.units import unit_id
from xianfeng.cli.showing import print_shown
from xianfeng.words import say

__all__ = ["add_queries"]

Ref = Annotated[str, typer.Argument(help=say("registry.cli.ref"), metavar="REF")]
Day = Annotated[str, typer.Option(help=say("registry.cli.day"))]
Size = Annotated[int, typer.Option(help=say("registry.cli.size"), min=1, max=1000)]
Token = Annotated[str, typer.Option("--page", help=say("registry.cli.page"))]
Unit = Annotated[str, typer.Option(help=say("registry.cli.unit"))]
Text = Annotated[str, typer.Option(help=say("registry.cli.text"))]
Ended = Annotated[bool, typer.Option("--ended", help=say("registry.cli.ended"))]

_PLURAL = {
    "enterprise": "Enterprises", "organisation": "Organisations", "committee": "Committees", "project": "Projects",
    "adviser": "Advisers",
}  # fmt: skip
_NAMED_BY = {
    "organisation": ("enterprise", "project"),
    "adviser": ("enterprise", "project"),
    "enterprise": ("project",),
}
"""Kind → kinds that may name it: members of an organisation, enterprises of an adviser, projects of an enterprise."""


def add_queries(app: typer.Typer, kind: str) -> None:
    """Add the questions about one kind of subject."""
    _add_show(app, kind)
    _add_history(app)
    if kind == "unit":
        _add_units(app)
    else:
        _add_list(app, kind)
    if kind in _NAMED_BY:
        _add_members(app, kind)
    if kind in ("adviser", "organisation"):
        _add_reveal(app)


def _add_show(app: typer.Typer, kind: str) -> None:
    @app.command(help=say("registry.cli.show"))
    def show(ref: Ref, day: Day = "", as_json: AsJson = False) -> None:
        with connected() as channel:
            ref = unit_id(channel, ref) if kind == "unit" else ref
            ask = getattr(QueriesStub(channel), f"Get{kind.capitalize()}")
            answer = ask(pb.GetRequest(ref=ref, day=day), timeout=TIMEOUT)
        _print(answer, as_json, view_table)


def _add_history(app: typer.Typer) -> None:
    @app.command(help=say("registry.cli.history"))
    def history(ref: Ref, size: Size = 200, as_json: AsJson = False) -> None:
        with connected() as channel:
            request = pb.HistoryRequest(ref=ref, limit=size)
            answer = QueriesStub(channel).History(request, timeout=TIMEOUT)
        _print(answer, as_json, history_lines)


def _add_list(app: typer.Typer, kind: str) -> None:
    @app.command("list", help=say("registry.cli.list"))
    def listed(
        unit: Unit = "",
        text: Text = "",
        ended: Ended = False,
        size: Size = 50,
        *,
        page: Token = "",
        as_json: AsJson = False,
    ) -> None:
        request = pb.ListRequest(unit=unit, text=text, ended=ended, page_size=size, page_token=page)
        _print(_list(kind, request), as_json, list_table)


def _add_members(app: typer.Typer, kind: str) -> None:
    @app.command(help=say(f"registry.cli.members.{kind}"))
    def members(ref: Ref, unit: Unit = "", size: Size = 50, as_json: AsJson = False) -> None:
        request = pb.ListRequest(unit=unit, member_of=ref, page_size=size)
        found = [_list(named_by, request) for named_by in _NAMED_BY[kind]]
        rows, total = [row for answer in found for row in answer.rows], sum(answer.total for answer in found)
        day, demonstration = found[0].day, any(answer.demonstration for answer in found)
        answer = pb.ListResponse(rows=rows, total=total, day=day, demonstration=demonstration)
        _print(answer, as_json, list_table)


def _add_units(app: typer.Typer) -> None:
    @app.command("list", help=say("registry.cli.units"))
    def listed(
        parent: Annotated[str, typer.Argument(help=say("registry.cli.parent"))] = "",
        day: Day = "",
        text: Text = "",
        as_json: AsJson = False,
    ) -> None:
        with connected() as channel:
            request = pb.ListUnitsRequest(parent=parent, day=day, text=text)
            answer = QueriesStub(channel).ListUnits(request, timeout=TIMEOUT)
        _print(answer, as_json, unit_table)


def _add_reveal(app: typer.Typer) -> None:
    @app.command(help=say("registry.cli.reveal"))
    def reveal(
        holder: Annotated[str, typer.Argument(help=say("registry.cli.holder"))],
        reason: Annotated[str, typer.Option(help=say("registry.cli.reveal-reason"))],
        as_json: AsJson = False,
    ) -> None:
        with connected() as channel:
            request = pb.RevealRequest(holder=holder, reason=reason)
            answer = QueriesStub(channel).RevealHolder(request, timeout=TIMEOUT)
        if as_json:
            print_json(answer)
        else:
            typer.echo(say("registry.cli.revealed", name=answer.name, phone=answer.phone or "–"))


def _list(kind: str, request: pb.ListRequest) -> Any:
    with connected() as channel:
        return getattr(QueriesStub(channel), f"List{_PLURAL[kind]}")(request, timeout=TIMEOUT)


def _print(answer: Any, as_json: bool, table: Any) -> None:
    if as_json:
        print_json(answer)
    else:
        print_shown(table(answer))
