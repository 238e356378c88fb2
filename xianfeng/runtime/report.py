"""``supervisor.json`` and its lock: what runs, written by the supervisor and read by ``status`` and ``down``."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from xianfeng.runtime.installation import write_private

__all__ = ["State", "is_supervised", "read_report", "supervising", "write_report"]

State = Literal["starting", "up", "stopping", "stopped"]


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
        with supervising(data_dir) as mine:
            return not mine
    except FileNotFoundError:
        return False


@contextmanager
def supervising(data_dir: Path) -> Iterator[bool]:
    """Hold the directory's supervisor lock for the block; gives False when another process holds it."""
    with (data_dir / "supervisor.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
