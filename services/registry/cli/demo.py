"""`xianfeng demo`: an invented province in the store, and commands that go on from there."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Annotated

import psycopg
import typer
from psycopg.errors import UniqueViolation
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from services.registry.cli.calling import Exit, connected, fail
from services.registry.demo.filling import fill, state_of
from services.registry.demo.live import go_on
from services.registry.demo.plan import ROOT, START, Plan
from services.registry.holders import Holders
from xianfeng.clock import clock_from
from xianfeng.failure import StartFailure
from xianfeng.refusal import Refused
from xianfeng.rpc.errors import Problem
from xianfeng.settings import Settings
from xianfeng.units import NATION
from xianfeng.words import say

__all__ = ["demo"]

demo = typer.Typer(help=say("demo.cli.help"), invoke_without_command=True, add_completion=False)

_ROOTS = (None, NATION, ROOT)
"""Roots below which the province lies."""


@demo.callback()
def run(
    seed: Annotated[int, typer.Option(help=say("demo.cli.seed"), min=0)] = 1,
    enterprises: Annotated[int, typer.Option(help=say("demo.cli.enterprises"), min=20, max=100_000)] = 7_000,
    projects: Annotated[int, typer.Option(help=say("demo.cli.projects"), min=20, max=300_000)] = 20_000,
    until: Annotated[str, typer.Option(help=say("demo.cli.until"))] = "",
    *,
    live: Annotated[int, typer.Option(help=say("demo.cli.live"), min=0, max=1_000)] = 0,
    if_empty: Annotated[bool, typer.Option("--if-empty", help=say("demo.cli.if-empty"))] = False,
) -> None:
    settings = Settings.load(create=False)
    try:
        if live:
            _go_on(live)
            return
        yesterday = clock_from(settings.clock).today() - timedelta(days=1)
        plan = Plan(seed, enterprises, projects, _day(until, yesterday))
        with psycopg.connect(settings.dsn("registry"), autocommit=True) as connection:
            _fill(connection, plan, settings, if_empty)
    except psycopg.OperationalError:
        fail(Problem("UNAVAILABLE", say("cli.status.not-running")))
    except UniqueViolation:
        fail(Problem("ABORTED", say("demo.cli.version-taken"), reason="demo"))
    except Refused as refusal:
        fail(Problem("FAILED_PRECONDITION", refusal.message, reason=refusal.reason, remedy=refusal.remedy))


def _go_on(rate: int) -> None:
    with connected() as channel:
        typer.echo(say("demo.cli.live-starts", rate=rate))
        go_on(channel, rate, _live_line)


def _fill(connection: psycopg.Connection[tuple[object, ...]], plan: Plan, settings: Settings, if_empty: bool) -> None:
    state, root = state_of(connection), settings.root_unit
    if if_empty and (state.others or state.whole or root not in _ROOTS):
        return
    if root not in _ROOTS:
        raise Refused(say("demo.refused.root.message"), reason="demo-root", remedy=say("demo.refused.root.remedy"))
    if state.whole:
        _tell("demo.cli.whole", state.plan or plan)
        return
    if state.plan not in (None, plan) and not if_empty:
        _tell("demo.cli.other-plan", state.plan or plan)
    began = time.monotonic()
    with _progress() as progress:
        filled = fill(connection, plan, Holders(settings.holder_key), clock_from(settings.clock), progress)
    _tell("demo.cli.filled", filled.plan, events=filled.events, seconds=round(time.monotonic() - began))


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    """A bar on the terminal; what was stored before an interruption stays, and this is said."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(say("demo.cli.filling"), total=1.0)
            yield lambda share: bar.update(task, completed=share)
    except KeyboardInterrupt:
        typer.echo(say("demo.cli.stopped"), err=True)
        sys.exit(Exit.REFUSED)


def _tell(key: str, plan: Plan, **values: object) -> None:
    typer.echo(say(key, enterprises=plan.enterprises, projects=plan.projects, until=plan.until, **values))


def _live_line(sent: int, refused: int, rate: float) -> None:
    typer.echo(say("demo.cli.live-line", sent=sent, refused=refused, rate=f"{rate:.1f}"))


def _day(text: str, last: date) -> date:
    try:
        day = date.fromisoformat(text) if text else last
    except ValueError:
        day = START
    if not START < day <= last:
        raise StartFailure(say("demo.cli.bad-day", value=text or day, first=START, last=last))
    return day
