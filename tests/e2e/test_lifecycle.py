"""The life of an installation, with everything real: up, status, a second up, down, and every way to die."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.office import Office
from tests.fixtures.installation import Installation
from tests.fixtures.processes import alive
from tests.fixtures.servers import free_port, wait_until

PROGRAMS = {"postgres", "kafka", "registry", "coverage", "console"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("lifecycle")) as installation:
        yield installation


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def test_what_has_just_started_for_the_first_time_knows_every_unit(running: Installation) -> None:
    office = Office(running.settings)
    try:
        assert office.ask("Overview", unit="410822")["children"]
    finally:
        office.close()


def test_the_first_start_tells_the_password_once(running: Installation) -> None:
    assert "首次登录" in (running.data_dir / "up.log").read_text()
    assert not (running.data_dir / "first-password").exists()


def test_status_names_every_process_and_figure(running: Installation) -> None:
    running.until_healthy()
    status = running.status()
    assert status["healthy"] is True
    assert {p["name"] for p in status["processes"]} == PROGRAMS
    assert all(psutil.pid_exists(p["pid"]) for p in status["processes"])
    assert status["business_date"]
    assert (status["held"], status["dead_letters"]) == (0, 0)
    assert "postgres" in running.cli("status").stdout


def test_a_second_up_says_so(running: Installation) -> None:
    before = running.supervisor_pid
    assert running.settings.address("console") in running.cli("up").stdout
    assert running.supervisor_pid == before


def test_nothing_runs_from_elsewhere(running: Installation) -> None:
    allowed = (sys.prefix, os.path.realpath(sys.base_prefix), str(running.data_dir), "/usr/bin/python3")
    programs = {os.readlink(f"/proc/{process.pid}/exe") for process in family(running.supervisor_pid)}
    assert not [program for program in programs if not program.startswith(allowed)]


def test_everything_listens_on_this_machine_only(running: Installation) -> None:
    listening = {
        connection.laddr.ip
        for process in family(running.supervisor_pid)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1"}


def test_two_installations_side_by_side(running: Installation, tmp_path: Path) -> None:
    other = Installation(tmp_path)
    mine, others = running.settings.installation.ports, other.settings.installation.ports
    assert not set(mine.values()) & (set(others.values()) - {8600})


def test_a_kill_of_the_supervisor_leaves_nothing_and_a_new_start_goes_on(running: Installation) -> None:
    everyone = family(running.supervisor_pid)
    running.kill9("supervisor")
    wait_until(lambda: not any(map(alive, everyone)), "end of all processes", seconds=30)
    assert running.cli("status", expect=3).stdout
    running.stop()
    running.start()
    running.until_healthy()


def test_ctrl_c_ends_everything(running: Installation) -> None:
    everyone = family(running.supervisor_pid)
    os.kill(running.supervisor_pid, signal.SIGINT)
    wait_until(lambda: not any(map(alive, everyone)), "end of all processes", seconds=30)


def test_detached_up_and_down(running: Installation) -> None:
    running.stop()
    assert running.settings.address("console") in running.cli("up", "--detach").stdout
    everyone = family(running.supervisor_pid)
    running.cli("down")
    assert not any(map(alive, everyone))
    assert running.cli("down").stdout


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    port = free_port()
    installation = Installation(tmp_path, {"XIANFENG_PORT_CONSOLE": str(port)})
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", port))
        occupant.listen()
        done = installation.cli("up", expect=1)
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr


def test_data_of_another_version_are_one_sentence(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    assert installation.settings.data_dir == installation.data_dir
    (installation.data_dir / "postgres").mkdir()
    (installation.data_dir / "postgres" / "PG_VERSION").write_text("16\n")
    done = installation.cli("up", expect=1)
    assert "PostgreSQL 16" in done.stderr
    assert "Traceback" not in done.stderr
