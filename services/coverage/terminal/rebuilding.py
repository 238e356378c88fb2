"""Following a rebuild on a terminal until the new build serves."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from proto.xianfeng.platform.v1 import operations_pb2 as pb
from xianfeng.words import say

__all__ = ["follow"]

Status = Callable[[], pb.ServiceStatus]


def follow(build: int, status: Status, pause: float = 0.2) -> pb.ProjectionStatus:
    """Show a bar until the build serves, asking every `pause` seconds; its last status."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task(say("coverage.cli.rebuild-progress", build=build), total=None, told="")
        most = 0
        while True:
            found = _build(status(), build)
            if found is not None:
                most = max(most, found.lag_events, 1)
                progress.update(task, total=most, completed=most - found.lag_events, told=_told(found, most))
                if found.state == "serving":
                    return found
            time.sleep(pause)


def _build(status: pb.ServiceStatus, build: int) -> pb.ProjectionStatus | None:
    return next((found for found in status.projections if found.build == build), None)


def _told(found: pb.ProjectionStatus, most: int) -> str:
    if found.stuck:
        return say("coverage.cli.rebuild-stuck", build=found.build, why=found.stuck)
    return say("coverage.cli.bar", done=most - found.lag_events, left=found.lag_events)
