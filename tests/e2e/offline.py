"""Two lives of an installation on a machine without a network: `unshare --net python -m tests.e2e.offline DATA_DIR`.

Prints one JSON object a life: the address that was said, what `status` says, the login page's status, and the
processes that were left behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import IO, Any

PROJECT = Path(__file__).parents[2]
_PATIENCE = 120.0
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1


def main(data_dir: str) -> None:
    raise_loopback()
    assert not reaches_a_network(), "this process still has a network: nothing would be proven"
    for _ in range(2):
        print(json.dumps(one_life(data_dir), ensure_ascii=False), flush=True)


def raise_loopback() -> None:
    """A new network namespace has a loopback device alone, and that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = fcntl.ioctl(any_socket, _SIOCGIFFLAGS, struct.pack("16sH22x", b"lo", 0))
        flags = struct.unpack("16sH22x", asked)[1] | _IFF_UP
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", flags))


def reaches_a_network() -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        # Nothing is sent: the kernel only looks for a way. The address is reserved for documents.
        return any_socket.connect_ex(("192.0.2.1", 9)) == 0


def one_life(data_dir: str) -> dict[str, Any]:
    """`make up`, a look at it, Ctrl-C."""
    process = subprocess.Popen(
        ["make", "--no-print-directory", "up"], cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = said_address(process.stdout)
        status = healthy_status()
        with urllib.request.urlopen(f"{address}/login", timeout=10) as page:
            shown = page.status
    finally:
        # As a terminal does: to make and everything in its group.
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    return {"address": address, "status": status, "page": shown, "left": left_behind(data_dir)}


def said_address(output: IO[str]) -> str:
    told = []
    for line in output:
        told.append(line)
        if "http://" in line:
            return "http://" + line.partition("http://")[2].split()[0].strip("。")
    raise AssertionError("make up ended early:\n" + "".join(told[-20:]))


def healthy_status() -> Any:
    deadline = time.monotonic() + _PATIENCE
    while True:
        command = [sys.executable, "-m", "xianfeng.cli.app", "status", "--json"]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        if done.returncode == 0 or time.monotonic() > deadline:
            return json.loads(done.stdout)


def left_behind(data_dir: str) -> list[str]:
    """Commands of processes that know this data directory, this one excepted."""
    mark, found = f"XIANFENG_DATA_DIR={data_dir}\0".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes() and int(process.name) != os.getpid():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return [command for command in found if command and "unshare" not in command]


if __name__ == "__main__":
    main(sys.argv[1])
