"""``backup`` and ``restore``: one file with everything that cannot be made again."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianfeng.clock import SHANGHAI
from xianfeng.runtime.report import is_supervised
from xianfeng.settings import Settings
from xianfeng.words import say

if TYPE_CHECKING:
    from xianfeng.backup.manifest import Manifest

__all__ = ["add_to"]

NOT_RUNNING = 3

File = Annotated[Path, typer.Argument(help=say("backup.cli.file"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("backup.cli.json"))]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("backup", help=say("backup.cli.backup"))(backup)
    app.command("restore", help=say("backup.cli.restore"))(restore)


def backup(
    file: File,
    only_check: Annotated[bool, typer.Option("--check", help=say("backup.cli.check"))] = False,
    as_json: AsJson = False,
) -> None:
    if only_check:
        _check(file, as_json)
        return
    settings = Settings.load(create=False)
    if settings.database_url is None and not is_supervised(settings.data_dir):
        typer.echo(say("backup.not-running"), err=True)
        raise typer.Exit(NOT_RUNNING)
    # Only here: the other commands start quicker without psycopg.
    from xianfeng.backup.taking import take

    began = time.monotonic()
    with _progress() as progress:
        manifest = take(settings, file.absolute(), progress)
    seconds = time.monotonic() - began
    if as_json:
        _tell_json(manifest, file, seconds)
    else:
        typer.echo(say("backup.cli.done", path=file, size=_size(file), seconds=seconds))
        _tell(manifest)
        typer.echo(say("backup.cli.keys"))


def restore(file: File, as_json: AsJson = False) -> None:
    from xianfeng.backup.restoring import restore as run

    data_dir = Path(os.environ.get("XIANFENG_DATA_DIR") or ".xianfeng").absolute()
    began = time.monotonic()
    with _progress() as progress:
        manifest = run(file.absolute(), data_dir, os.environ, progress)
    seconds = time.monotonic() - began
    if as_json:
        _tell_json(manifest, file, seconds)
    else:
        typer.echo(say("backup.cli.restored", data_dir=data_dir, seconds=seconds))
        _tell(manifest)


def _check(file: Path, as_json: bool) -> None:
    from xianfeng.backup.checking import check

    began = time.monotonic()
    with _progress() as progress:
        manifest = check(file.absolute(), progress)
    if as_json:
        _tell_json(manifest, file, time.monotonic() - began)
    else:
        typer.echo(say("backup.cli.good", path=file, size=_size(file)))
        _tell(manifest)


@contextmanager
def _progress() -> Iterator[Callable[[float, str], None]]:
    """A bar where somebody looks. A request to end leaves as little behind as Ctrl-C does."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    # A connection that broke is told in one sentence; what the library adds would stand beside it in English.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, step: bar.update(task, completed=share, description=say(step))


def _tell(manifest: Manifest) -> None:
    made = datetime.fromisoformat(manifest.made).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    rows = sum(manifest.rows.values())
    typer.echo(say("backup.cli.moment", made=made, version=manifest.version, tables=len(manifest.rows), rows=rows))
    for service, log in manifest.logs.items():
        typer.echo(say("backup.cli.log", service=service, events=log.events, position=log.position))


def _tell_json(manifest: Manifest, file: Path, seconds: float) -> None:
    told = {"file": str(file), "bytes": file.stat().st_size, "seconds": round(seconds, 3)}
    typer.echo(json.dumps(told | manifest.model_dump(mode="json"), ensure_ascii=False, indent=2))


def _size(file: Path) -> str:
    size = float(file.stat().st_size)
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
