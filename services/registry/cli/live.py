"""The live feed on the command line: follow a source, see where the sources stand and what could not be taken."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated

import grpc
import typer
from google.protobuf.message import Message
from rich.table import Table

from proto.xianfeng.registry.v1 import feed_pb2 as pb
from proto.xianfeng.registry.v1.feed_pb2_grpc import RegistryFeedStub
from services.registry.cli.calling import TIMEOUT, AsJson, connected, fail, print_json
from services.registry.cli.following import Screen
from xianfeng.cli.showing import print_shown
from xianfeng.failure import StartFailure
from xianfeng.refusal import Refused
from xianfeng.rpc.errors import Problem, describe
from xianfeng.rpc.tokens import read_local_token
from xianfeng.settings import Settings
from xianfeng.words import say

__all__ = ["add_live"]

_STANDING = ("source", "cursor", "taken_at", "snapshot_at", "records", "absent", "faults")
_FAULT = ("source", "cursor", "code", "field", "reason", "at")
Source = Annotated[str, typer.Option(help=say("live.cli.source"))]


def add_live(app: typer.Typer) -> None:
    """Add `follow`, `sources` and `live-faults` to the group of the registry feed."""
    app.command(help=say("live.cli.follow"))(follow)
    app.command(help=say("live.cli.sources"))(sources)
    app.command("live-faults", help=say("live.cli.faults"))(live_faults)


def follow(
    url: Annotated[str, typer.Argument(help=say("live.cli.url"))],
    source: Source,
    once: Annotated[bool, typer.Option("--once", help=say("live.cli.once"))] = False,
    silence: Annotated[int, typer.Option(help=say("live.cli.silence"), min=1, max=3600)] = 45,
    as_json: AsJson = False,
) -> None:
    if not url.startswith(("http://", "https://")):
        fail(Problem("INVALID_ARGUMENT", say("live.cli.bad-url", url=url)))
    try:
        settings = Settings.load(create=False)
        token = read_local_token(settings.data_dir)
    except (StartFailure, Refused) as away:
        fail(Problem("UNAVAILABLE", str(away)))
    # httpx and the adapter are needed by this command alone.
    from services.registry.live.following import Refusing, follow_source

    screen, address = Screen(as_json), settings.address("registry")
    try:
        with screen:
            asyncio.run(follow_source(url, source, address, token, screen.tell, once=once, silence=silence))
    except Refusing as refusing:
        fail(Problem("FAILED_PRECONDITION", refusing.message))
    except grpc.RpcError as error:
        fail(describe(error))
    except KeyboardInterrupt:
        typer.echo(say("live.cli.stopped", cursor=screen.progress.cursor), err=True)
    screen.sum_up()


def sources(as_json: AsJson = False) -> None:
    with connected() as channel:
        answer = RegistryFeedStub(channel).ListSources(pb.ListSourcesRequest(), timeout=TIMEOUT)
    if as_json:
        print_json(answer)
    elif answer.sources:
        _print_table(_STANDING, answer.sources)
    else:
        typer.echo(say("live.cli.no-sources"))


def live_faults(
    source: Annotated[str, typer.Option(help=say("live.cli.only"))] = "",
    size: Annotated[int, typer.Option(help=say("live.cli.size"), min=1, max=1000)] = 100,
    as_json: AsJson = False,
) -> None:
    with connected() as channel:
        request = pb.ListFaultsRequest(source=source, limit=size)
        answer = RegistryFeedStub(channel).ListFaults(request, timeout=TIMEOUT)
    if as_json:
        print_json(answer)
    elif answer.faults:
        _print_table(_FAULT, answer.faults)
    else:
        typer.echo(say("live.cli.no-faults"))


def _print_table(columns: tuple[str, ...], rows: Iterable[Message]) -> None:
    table = Table(*(say(f"live.column.{column}") for column in columns))
    for row in rows:
        table.add_row(*(str(getattr(row, column)) for column in columns))
    print_shown(table)
