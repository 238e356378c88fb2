"""Calls to registry as the local administrator, and how a refusal ends a command: words on stderr, an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Annotated, Any

import grpc
import typer
from google.protobuf.descriptor import Descriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from xianfeng.cli.showing import print_plain
from xianfeng.failure import StartFailure
from xianfeng.refusal import Refused
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.errors import Problem, describe
from xianfeng.rpc.tokens import read_local_token
from xianfeng.runtime.health import reachable
from xianfeng.settings import Settings
from xianfeng.words import say

__all__ = ["TIMEOUT", "AsJson", "Exit", "connected", "fail", "print_json"]

TIMEOUT = 30.0
AsJson = Annotated[bool, typer.Option("--json", help=say("registry.cli.json"))]


class Exit(IntEnum):
    """What a script may rely on. 2 is the command line library's own."""

    REFUSED = 1
    USAGE = 2
    NOT_RUNNING = 3
    PARTLY = 4


@contextmanager
def connected() -> Iterator[grpc.Channel]:
    """A channel to registry with the local administrator's token; what goes wrong inside ends the process."""
    try:
        settings = Settings.load(create=False)
        token = read_local_token(settings.data_dir)
    except (StartFailure, Refused) as away:
        fail(Problem("UNAVAILABLE", str(away)))
    with open_channel(reachable(settings.address("registry")), token) as channel:
        try:
            yield channel
        except grpc.RpcError as error:
            fail(describe(error))


def fail(problem: Problem) -> None:
    """Tell the problem and end. A call that never reached the service means: not running."""
    typer.echo(problem.message, err=True)
    for violation in problem.violations:
        if violation.description != problem.message:
            typer.echo(say("registry.cli.field", field=violation.field, text=violation.description), err=True)
    for part in ("rule", "remedy"):
        if text := getattr(problem, part):
            typer.echo(say(f"registry.cli.{part}", text=text), err=True)
    away = problem.code == grpc.StatusCode.UNAVAILABLE.name and not problem.reason
    sys.exit(Exit.NOT_RUNNING if away else Exit.REFUSED)


def print_json(message: Message) -> None:
    """The answer by its proto's field names, empty values included."""
    plain = MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    print_plain(_with_numbers(message.DESCRIPTOR, plain))


def _with_numbers(kind: Descriptor, plain: dict[str, Any]) -> dict[str, Any]:
    """Protobuf's JSON writes 64-bit numbers as texts; those of this service fit a number."""
    for field in kind.fields:
        value = plain.get(field.name)
        if field.type == field.TYPE_INT64 and isinstance(value, str):
            plain[field.name] = int(value)
        elif field.type == field.TYPE_MESSAGE and field.message_type.file.package == kind.file.package:
            for part in value if isinstance(value, list) else [value] if value else []:
                _with_numbers(field.message_type, part)
    return plain
