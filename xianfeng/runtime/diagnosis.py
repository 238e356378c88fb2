"""Why a program ended, in one sentence, from its exit and the end of its log."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["explain_exit", "port_is_free", "require_free_ports"]

TAIL = 8_000
KNOWN = (
    ("No space left on device", "runtime.disk-full-program"),
    ("Address already in use", "runtime.port-in-use-program"),
    ("could not bind", "runtime.port-in-use-program"),
    ("NoClassDefFoundError", "runtime.missing-jar-program"),
    ("ClassNotFoundException", "runtime.missing-jar-program"),
    ("incompatible with server", "runtime.other-version-program"),
)


def explain_exit(name: str, last_exit: Mapping[str, Any] | None, log: Path) -> str:
    """Return what to tell about a program that ended before it was ready."""
    exit_of = last_exit or {}
    tail = exit_of.get("error") or _tail(log)
    for sign, key in KNOWN:
        if sign in tail:
            return say(key, name=name, log=log)
    how = exit_of.get("signal") or exit_of.get("code") or "-"
    lines = [line for line in tail.splitlines() if line.strip()]
    return say("runtime.program-ended", name=name, how=how, log=log, line=lines[-1].strip() if lines else "-")


def require_free_ports(ports: Mapping[str, tuple[str, int]], *, patience: float = 6.0) -> None:
    """Raise StartFailure when a port (name → host, port) stays in use; a dying predecessor has ``patience`` s."""
    deadline = time.monotonic() + patience
    for name, (host, port) in ports.items():
        while not port_is_free(host, port):
            if time.monotonic() > deadline:
                raise StartFailure(say("runtime.port-in-use", name=name, port=port, variable=name.upper()))
            time.sleep(0.1)


def port_is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def _tail(log: Path) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL))
        return file.read().decode(errors="replace")
