"""After set-up nothing needs a network: a first and a second `make up` where there is none but the loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.offline import PROJECT
from tests.fixtures.installation import Installation


def without_network() -> list[str]:
    """The command that starts another without a network; fails where the machine allows none."""
    # The superuser needs no namespace of users, and the servers inside may then make their own.
    for options in (["--net"], ["--map-root-user", "--net"]):
        command = ["unshare", *options, "--"]
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    pytest.fail("no network namespace can be made here: give the tests CAP_SYS_ADMIN or allow user namespaces")


def test_up_works_twice_without_a_network(tmp_path: Path) -> None:
    environ = {**Installation(tmp_path).environ, "XIANFENG_DEMO": "off"}
    data_dir = environ["XIANFENG_DATA_DIR"]
    done = subprocess.run(
        [*without_network(), sys.executable, "-m", "tests.e2e.offline", data_dir], cwd=PROJECT, env=environ,
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lives) == 2
    for life in lives:
        assert life["status"]["healthy"], life["status"]
        assert life["address"].endswith(environ["XIANFENG_PORT_CONSOLE"])
        assert (life["page"], life["left"]) == (200, [])
