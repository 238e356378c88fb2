"""``up``, ``status``, ``down``: the life of one installation."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from xianfeng.cli.demonstration import Demonstration
from xianfeng.failure import StartFailure
from xianfeng.runtime.plan import PROJECT
from xianfeng.runtime.report import is_supervised, read_report
from xianfeng.settings import Settings
from xianfeng.words import say

__all__ = ["add_to"]

HEALTHY, UNHEALTHY, NOT_RUNNING = 0, 1, 3
START_LIMIT, STOP_LIMIT = 120.0, 60.0


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("up", help=say("cli.up.help"))(up)
    app.command("status", help=say("cli.status.help"))(status)
    app.command("down", help=say("cli.down.help"))(down)


def up(
    detach: Annotated[bool, typer.Option("--detach", "-d", help=say("cli.up.detach"))] = False,
    demo: Annotated[bool | None, typer.Option("--demo/--no-demo", help=say("cli.up.demo"))] = None,
) -> None:
    settings = Settings.load()
    if is_supervised(settings.data_dir):
        _already(settings)
        return
    typer.echo(say("cli.up.starting", data_dir=settings.data_dir))
    demonstration = Demonstration(settings, demo)
    if detach:
        _up_detached(settings)
        if demonstration.wanted:
            demonstration.fill()
            _filled(settings, demonstration.wait())
        return

    def healthy() -> None:
        _announce(settings)
        if demonstration.wanted:
            demonstration.fill()
            threading.Thread(target=lambda: _filled(settings, demonstration.wait()), daemon=True).start()

    # The supervisor is loaded by whoever starts one, not by every command.
    from xianfeng.runtime.serve import serve

    if not serve(settings, healthy, lambda sentence: typer.echo(sentence, err=True)):
        _already(settings)
        return
    typer.echo(say("cli.down.done"))


def status(as_json: Annotated[bool, typer.Option("--json", help=say("cli.status.json"))] = False) -> None:
    data_dir = Path(os.environ.get("XIANFENG_DATA_DIR") or ".xianfeng").absolute()
    if not is_supervised(data_dir):
        typer.echo(json.dumps({"state": "down", "healthy": False}) if as_json else say("cli.status.not-running"))
        raise typer.Exit(NOT_RUNNING)
    # Only here: a start is a third of a second quicker without gRPC and tables.
    from xianfeng.cli.status_view import gather, show

    settings = Settings.load(create=False)
    found = gather(settings, read_report(data_dir) or {})
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show(found)
    raise typer.Exit(HEALTHY if found["healthy"] else UNHEALTHY)


def down() -> None:
    data_dir = Path(os.environ.get("XIANFENG_DATA_DIR") or ".xianfeng").absolute()
    report = read_report(data_dir)
    if report is None:
        typer.echo(say("cli.status.not-running"))
        return
    os.kill(report["pid"], signal.SIGTERM)
    if not _until(lambda: not is_supervised(data_dir), STOP_LIMIT):
        raise StartFailure(say("cli.down.too-slow", seconds=int(STOP_LIMIT), pid=report["pid"]))
    typer.echo(say("cli.down.done"))


def _up_detached(settings: Settings) -> None:
    settings.logs_dir.mkdir(exist_ok=True, mode=0o700)
    path = settings.logs_dir / "supervisor.log"
    with path.open("ab") as log:
        began = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "xianfeng.runtime.serve"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "XIANFENG_DATA_DIR": str(settings.data_dir), "PYTHONPATH": _python_path()},
            cwd=settings.data_dir,
        )
    up = _until(lambda: process.poll() is not None or _state(settings) == "up", START_LIMIT)
    if process.poll() is not None:
        raise StartFailure(_last_line(path, began))
    if not up:
        raise StartFailure(say("cli.up.too-slow", seconds=int(START_LIMIT), reason=_last_line(path, began), log=path))
    _announce(settings)


def _announce(settings: Settings) -> None:
    typer.echo(say("cli.up.ready", address=_address(settings)))
    password = settings.data_dir / "first-password"
    if password.exists():
        typer.echo(say("cli.up.first-password", password=password.read_text(encoding="utf-8").strip()))
        password.unlink()


def _filled(settings: Settings, well: bool) -> None:
    """Say it again: what was said before the filling has scrolled away."""
    typer.echo(say("cli.up.ready", address=_address(settings)) if well else say("cli.up.demo-failed"), err=not well)


def _already(settings: Settings) -> None:
    typer.echo(say("cli.up.already", address=_address(settings), data_dir=settings.data_dir))


def _address(settings: Settings) -> str:
    return f"http://{settings.address('console')}"


def _state(settings: Settings) -> Any:
    return (read_report(settings.data_dir) or {}).get("state")


def _last_line(path: Path, began: int) -> str:
    lines = path.read_bytes()[began:].decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else say("cli.up.no-reason", log=path)


def _python_path() -> str:
    return os.pathsep.join(p for p in (str(PROJECT), os.environ.get("PYTHONPATH", "")) if p)


def _until(condition: Any, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
