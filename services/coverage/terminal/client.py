"""Calls to services as the owner of the data directory; a refusal becomes a sentence and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import grpc
import typer

from xianfeng.failure import StartFailure
from xianfeng.refusal import Refused
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.errors import describe
from xianfeng.rpc.tokens import read_local_token
from xianfeng.settings import Settings

__all__ = ["ask", "connected", "refusal_shown"]

Answer = TypeVar("Answer")

_PATIENCE = 30.0


@contextmanager
def connected(service: str = "coverage") -> Iterator[grpc.Channel]:
    """A channel to a service that carries the local administrator's token."""
    settings = Settings.load(create=False)
    try:
        token = read_local_token(settings.data_dir)
    except Refused as refused:
        raise StartFailure(f"{refused.message} {refused.remedy}".strip()) from refused
    with open_channel(settings.address(service), token) as channel:
        yield channel


@contextmanager
def refusal_shown() -> Iterator[None]:
    """Turn an error of a call into its sentence, its fields and its remedy on standard error, and exit code 1."""
    try:
        yield
    except grpc.RpcError as error:
        problem = describe(error)
        typer.echo(problem.message, err=True)
        for violation in problem.violations:
            if violation.description not in problem.message:
                typer.echo(f"  {violation.field}: {violation.description}", err=True)
        if problem.remedy:
            typer.echo(problem.remedy, err=True)
        raise typer.Exit(1) from error


def ask(call: Callable[[grpc.Channel], Callable[..., Answer]], request: Any, service: str = "coverage") -> Answer:
    """One question: `call` picks the method of a stub on the channel."""
    with refusal_shown(), connected(service) as channel:
        return call(channel)(request, timeout=_PATIENCE)
