"""Why something did not start, in one sentence each."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from xianfeng.failure import StartFailure
from xianfeng.runtime.diagnosis import explain_exit, require_free_ports


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("FATAL:  could not write lock file: No space left on device", "磁盘已满"),
        ("java.net.BindException: Address already in use", "端口已被其他程序占用"),
        ("DETAIL: ... incompatible with server", "另一个版本"),
        ("java.lang.NoClassDefFoundError: scala/Product", "jar"),
        ("something new", "something new"),
    ],
)
def test_the_end_of_the_log_becomes_a_sentence(tmp_path: Path, line: str, expected: str) -> None:
    log = tmp_path / "kafka.log"
    log.write_text(f"starting\n{line}\n\n")
    assert expected in explain_exit("kafka", {"code": 1, "signal": None}, log)


def test_a_program_that_left_no_log(tmp_path: Path) -> None:
    assert "SIGKILL" in explain_exit("kafka", {"code": None, "signal": "SIGKILL"}, tmp_path / "none.log")


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", 0))
        occupant.listen()
        port = occupant.getsockname()[1]
        with pytest.raises(StartFailure, match=f"{port}.*console.*XIANFENG_PORT_CONSOLE"):
            require_free_ports({"console": ("127.0.0.1", port)}, patience=0)
