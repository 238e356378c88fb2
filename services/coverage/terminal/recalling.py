"""Following a recollection on a terminal until it can be asked."""

from __future__ import annotations

import time
from collections.abc import Callable

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from xianfeng.words import say

__all__ = ["recall"]


def recall(known_at: str, ask: Callable[[pb.RecallRequest], pb.Recollection], pause: float = 0.2) -> None:
    """Show a bar until what was known then can be asked, asking every `pause` seconds. Exit code 1 if it cannot be."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(say("coverage.cli.recalling", instant=known_at), total=None)
        while not (found := ask(pb.RecallRequest(known_at=known_at))).ready:
            if found.problem:
                typer.echo(found.problem, err=True)
                raise typer.Exit(1)
            progress.update(task, total=found.position, completed=found.folded)
            time.sleep(pause)
