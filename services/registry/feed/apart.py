"""Registry's side of a process that takes one import: it is there when the file is, and ends with its caller."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import suppress
from typing import NoReturn

import structlog

from services.registry.domain.words import refuse
from services.registry.feed.placing import Placer
from services.registry.feed.taker import Task
from xianfeng.clock import Clock

__all__ = ["Apart"]

_log = structlog.get_logger("xianfeng.registry")


class Apart:
    """Starts the process, which then waits for its task. Its methods block. The thread that starts it outlives it."""

    def __init__(self) -> None:
        argv = [sys.executable, "-m", "services.registry.feed.taker"]
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/")

    def prepare(self, placer: Placer) -> None:
        """Hand over what places rows, while the file still comes: it is large."""
        assert self._process.stdin is not None
        # One that has ended is told of when it is to begin.
        with suppress(BrokenPipeError):
            pickle.dump(placer, self._process.stdin)

    def begin(self, dsn: str, id: str, clock: Clock) -> None:
        """Let it take this import, once it is prepared."""
        assert self._process.stdin is not None
        try:
            pickle.dump(Task(os.getpid(), dsn, id, clock), self._process.stdin)
            self._process.stdin.close()
        except BrokenPipeError:
            self._stopped()

    def taken(self) -> int | None:
        """How many rows it has taken, whenever there are more; None when it has taken all.

        Refused (unavailable) when it was stopped: what it took stays, and the same file goes on from there.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line and self._process.wait():
            self._stopped()
        return int(line) if line else None

    def end(self) -> None:
        """It is not needed any more."""
        self._process.kill()
        self._process.wait()

    def _stopped(self) -> NoReturn:
        _log.error("import-stopped", exit_code=self._process.wait())
        raise refuse("import-stopped", kind="unavailable")
