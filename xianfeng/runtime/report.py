"""``supervisor.json`` and its lock: what runs, written by the supervisor and read by ``status`` and ``down``."""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from xianfeng.runtime.installation import write_private

__all__ = ["State", "is_supervised", "read_report", "supervising", "write_report"]

State = Literal["starting", "up", "stopping", "stopped"]

_LOCK = "supervisor.lock"
# Seconds in which whoever only asks has let go of the lock again.
_ASKING = 1.0


def write_report(data_dir: Path, report: Mapping[str, Any]) -> None:
    """Replace the report atomically; it need not survive a power loss."""
    write_private(data_dir / "supervisor.json", json.dumps(report, indent=1), durable=False)


def read_report(data_dir: Path) -> dict[str, Any] | None:
    """Return the report of the supervisor that runs, or None; a dead one's report does not count."""
    if not is_supervised(data_dir):
        return None
    try:
        return dict(json.loads((data_dir / "supervisor.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def is_supervised(data_dir: Path) -> bool:
    """Say whether a supervisor holds this data directory; its lock goes with it, however it dies."""
    try:
        with (data_dir / _LOCK).open("a") as lock:
            # Shared: those who ask at the same time do not take one another for a supervisor.
            return not _taken(lock, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


@contextmanager
def supervising(data_dir: Path) -> Iterator[bool]:
    """Hold the directory's supervisor lock for the block; gives False when another process holds it."""
    with (data_dir / _LOCK).open("a") as lock:
        deadline = time.monotonic() + _ASKING
        while not (mine := _taken(lock, fcntl.LOCK_EX)) and time.monotonic() < deadline:
            time.sleep(0.01)
        yield mine


def _taken(lock: IO[str], how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
