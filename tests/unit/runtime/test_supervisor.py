"""The supervisor with small stand-in programs: order, restarts, stop, and that nothing outlives it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.fixtures.processes import alive
from tests.fixtures.servers import wait_until

PROJECT = Path(__file__).parents[3]
# Two tiers: a "server" with a child of its own, and a gated "service" that notes whether the server was there.
HOST = """
    import asyncio, functools, sys
    from pathlib import Path
    from xianfeng.runtime.keeper import Program
    from xianfeng.runtime.process import Command
    from xianfeng.runtime.report import supervising
    from xianfeng.runtime.supervisor import Supervisor

    base = Path(sys.argv[1])

    async def exists(name):
        return (base / name).exists()

    def program(name, code, gated=False):
        command = Command(name, [sys.executable, "-u", "-c", code], cwd=base, gated=gated)
        return Program(command, functools.partial(exists, name + ".ready"))

    server = '''
    import pathlib, subprocess, time
    subprocess.Popen(["sleep", "1000"])
    pathlib.Path("server.ready").touch()
    time.sleep(1000)
    '''.replace("\\n    ", "\\n").strip()
    service = '''
    import pathlib, sys, time
    sys.stdin.readline()
    seen = pathlib.Path("server.ready").exists()
    pathlib.Path("service.saw").write_text(str(seen))
    pathlib.Path("service.ready").touch()
    time.sleep(1000)
    '''.replace("\\n    ", "\\n").strip()
    failing = "import sys; sys.exit('it cannot be')"
    tiers = [[program("server", server)], [program("service", service, gated=True)]]
    if sys.argv[2:] == ["failing"]:
        tiers = [[program("server", failing)], []]
    with supervising(base):
        asyncio.run(Supervisor(tiers, base, "http://nowhere").run(lambda: None, print))
"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = start_host(tmp_path)
    wait_until(lambda: report(tmp_path).get("state") == "up", "start of the stand-ins")
    everyone = family(process.pid)
    yield process
    process.kill()
    process.wait()
    for left in everyone:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()


def start_host(base: Path, *arguments: str) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-c", textwrap.dedent(HOST), str(base), *arguments]
    return subprocess.Popen(argv, cwd=PROJECT, stderr=subprocess.PIPE, start_new_session=True)


def report(base: Path) -> dict[str, Any]:
    path = base / "supervisor.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def program(base: Path, name: str) -> dict[str, Any]:
    return next(dict(p) for p in report(base)["programs"] if p["name"] == name)


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_the_second_tier_goes_on_when_the_first_is_ready(host: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert (tmp_path / "service.saw").read_text() == "True"
    assert [p["state"] for p in report(tmp_path)["programs"]] == ["ready", "ready"]


def test_a_killed_program_comes_back_alone(host: subprocess.Popen[bytes], tmp_path: Path) -> None:
    before, other = program(tmp_path, "service"), program(tmp_path, "server")
    (tmp_path / "service.ready").unlink()
    os.kill(before["pid"], signal.SIGKILL)
    wait_until(lambda: program(tmp_path, "service")["restarts"] == 1, "restart")
    wait_until(lambda: program(tmp_path, "service")["state"] == "ready", "readiness after the restart")
    assert program(tmp_path, "service")["last_exit"]["signal"] == "SIGKILL"
    assert program(tmp_path, "server")["pid"] == other["pid"]


def test_a_killed_program_takes_its_own_children_along(host: subprocess.Popen[bytes], tmp_path: Path) -> None:
    server = psutil.Process(program(tmp_path, "server")["pid"])
    grandchildren = server.children()
    assert grandchildren
    server.kill()
    wait_until(lambda: not any(alive(p) for p in grandchildren), "end of the grandchildren")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_with_everything(host: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals) -> None:
    everyone = family(host.pid)
    host.send_signal(number)
    assert host.wait(20) == 0
    assert not [p for p in everyone if alive(p)]
    assert report(tmp_path)["state"] == "stopped"


def test_its_own_kill_leaves_no_child(host: subprocess.Popen[bytes], tmp_path: Path) -> None:
    children = [psutil.Process(program(tmp_path, name)["pid"]) for name in ("server", "service")]
    os.kill(children[1].pid, signal.SIGSTOP)
    host.kill()
    wait_until(lambda: not any(alive(p) for p in children), "end of the children")


def test_a_server_that_never_comes_up_ends_the_start(tmp_path: Path) -> None:
    host = start_host(tmp_path, "failing")
    _, errors = host.communicate(timeout=60)
    assert host.returncode == 1
    assert "it cannot be" in errors.decode()
