"""Logs of programs that run for months stay small: the oldest lines go while the programs write on."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import structlog

__all__ = ["keep_small", "rotate"]

LIMIT = 10_000_000
KEPT = 2
EVERY = 5.0


def rotate(log: Path, limit: int = LIMIT) -> bool:
    """Put a log of more than ``limit`` bytes aside as ``.log.1`` (before it: ``.log.2``) and empty it; whether it did.

    The file itself stays, for its program holds it open. It must be open for appending, so that writing goes on at
    the new end. What is written between copying and emptying, a millisecond, is not kept.
    """
    if not log.exists() or log.stat().st_size <= limit:
        return False
    for number in range(KEPT, 1, -1):
        younger = _aside(log, number - 1)
        if younger.exists():
            younger.replace(_aside(log, number))
    shutil.copyfile(log, _aside(log, 1))
    os.truncate(log, 0)
    return True


async def keep_small(logs: Path, limit: int = LIMIT, every: float = EVERY) -> None:
    """Rotate all logs of a directory for ever, looking every so many seconds."""
    while True:
        for log in logs.glob("*.log"):
            try:
                rotate(log, limit)
            except OSError as refused:
                # A full disk must not end the supervision of what runs.
                structlog.get_logger().error("log-not-rotated", log=log.name, reason=str(refused))
        await asyncio.sleep(every)


def _aside(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
