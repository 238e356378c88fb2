"""One program kept alive: started, watched until it is ready, started again with back-off, stopped with its group."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

from xianfeng.runtime.process import Command, popen_arguments

__all__ = ["Keeper", "Program"]

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
STEADY_AFTER = 10.0
GRACE = 15.0
READY_POLL = 0.03


@dataclass(frozen=True)
class Program:
    """What is kept: its command, how to see that it is ready, and what to prepare before its first start."""

    command: Command
    ready: Callable[[], Awaitable[bool]]
    prepare: Callable[[], None] | None = None


class Keeper:
    """Keeps one program. Times are seconds; ``changed`` is called whenever what ``report`` says has changed."""

    def __init__(self, program: Program, logs: Path, changed: Callable[[], None]) -> None:
        self.program = program
        self.name = program.command.name
        self.log = logs / f"{self.name}.log"
        self.ready = asyncio.Event()
        self.failures = 0
        self.last_exit: dict[str, Any] | None = None
        self._changed = changed
        self._process: Process | None = None
        self._starts = 0
        self._since: str | None = None
        self._stopping = asyncio.Event()
        self._gate_open = False

    def report(self) -> dict[str, Any]:
        """Return what ``supervisor.json`` says of this program."""
        running = self._process is not None
        return {
            "name": self.name,
            "state": "ready" if self.ready.is_set() else "starting" if running else "down",
            "pid": self._process.pid if self._process else None,
            "restarts": max(0, self._starts - 1),
            "since": self._since,
            "last_exit": self.last_exit,
        }

    async def keep(self) -> None:
        """Run the program again and again until ``stop``."""
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            await self._live_once()
            pause = FIRST_PAUSE if time.monotonic() - began >= STEADY_AFTER else pause
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def open_gate(self) -> None:
        """Let a gated program go on: what it needs is there. Later lives of it do not wait any more."""
        self._gate_open = True
        if self._process and self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(b"\n")
            self._process.stdin.close()

    async def stop(self, *, at_once: asyncio.Event) -> None:
        """Ask the program to end, and end it when it has not within 15 s, or ``at_once``."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(self.program.command.stop)
            # A stopped (frozen) process cannot hear anything else.
            process.send_signal(signal.SIGCONT)
        ended, hurry = asyncio.ensure_future(process.wait()), asyncio.ensure_future(at_once.wait())
        await asyncio.wait({ended, hurry}, timeout=GRACE, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        _kill_group(process.pid)
        await ended

    async def _live_once(self) -> None:
        self._starts += 1
        try:
            process = self._process = await self._start()
        except (OSError, SubprocessError) as refused:
            self._ended({"code": None, "signal": None, "error": str(refused)})
            return
        if self._stopping.is_set():
            _kill_group(process.pid)
        self._since = _now()
        self._changed()
        if self._gate_open:
            self.open_gate()
        watch = asyncio.ensure_future(self._watch())
        code = await process.wait()
        watch.cancel()
        # What the program started and left behind goes with it.
        _kill_group(process.pid)
        name = signal.Signals(-code).name if code < 0 else None
        self._ended({"code": code if code >= 0 else None, "signal": name, "error": None})

    async def _start(self) -> Process:
        command = self.program.command
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command.argv,
                stdin=PIPE if command.gated else DEVNULL,
                stdout=log,
                stderr=log,
                **popen_arguments(command),
            )

    async def _watch(self) -> None:
        # Nobody tells when a foreign program is ready: it can only be asked.
        while not await self.program.ready():
            await asyncio.sleep(READY_POLL)
        self.ready.set()
        self._changed()

    def _ended(self, how: dict[str, Any]) -> None:
        self._process = None
        self.ready.clear()
        if not self._stopping.is_set():
            self.failures += 1
        self._since = _now()
        self.last_exit = {**how, "at": self._since}
        self._changed()


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
