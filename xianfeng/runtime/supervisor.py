"""The supervisor: starts the tiers of an installation in order, keeps them alive, stops them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from xianfeng.failure import StartFailure
from xianfeng.runtime.diagnosis import explain_exit
from xianfeng.runtime.keeper import Keeper, Program
from xianfeng.runtime.logs import keep_small
from xianfeng.runtime.process import Command, popen_arguments
from xianfeng.runtime.report import State, write_report

__all__ = ["Supervisor"]

# A server may fail at first because a predecessor is still dying: it is given so many starts (0.2 to 6.4 s apart).
TRIES = 6


class Supervisor:
    """Supervises tiers of programs: a tier starts when the one before is ready, gated programs all at once.

    ``between`` runs to its end once, after the first tier is ready and before the second goes on.
    """

    def __init__(
        self, tiers: Sequence[Sequence[Program]], data_dir: Path, address: str, between: Sequence[Command] = ()
    ) -> None:
        self._between = between
        self._data_dir = data_dir
        self._address = address
        self._since = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._state: State = "starting"
        self._stop = asyncio.Event()
        self._at_once = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._logs = data_dir / "logs"
        self._logs.mkdir(exist_ok=True, mode=0o700)
        self._tiers = [[Keeper(program, self._logs, self._write) for program in tier] for tier in tiers]

    async def run(self, healthy: Callable[[], None], trouble: Callable[[str], None]) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP; call ``healthy`` once, and ``trouble`` for each early end of a program.

        Raises StartFailure when a server cannot be started; everything is stopped by then.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._asked_to_stop)
        self._write()
        starting = asyncio.ensure_future(self._start(trouble))
        stopping = asyncio.ensure_future(self._stop.wait())
        tidying = asyncio.create_task(keep_small(self._logs))
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                if not self._stop.is_set():
                    healthy()
                await stopping
        finally:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            await self._stop_all()
            tidying.cancel()
            await asyncio.gather(tidying, return_exceptions=True)

    async def _start(self, trouble: Callable[[str], None]) -> None:
        await asyncio.gather(*(self._prepare(keeper) for tier in self._tiers for keeper in tier))
        for keeper in self._keepers(gated=True):
            self._keep(keeper)
        for position, tier in enumerate(self._tiers):
            if position == 1:
                for command in self._between:
                    await self._run_once(command)
            for keeper in tier:
                if keeper.program.command.gated:
                    keeper.open_gate()
                else:
                    self._keep(keeper)
            limit = TRIES if position == 0 else None
            await asyncio.gather(*(self._until_ready(keeper, trouble, limit) for keeper in tier))
        self._state = "up"
        self._write()

    async def _prepare(self, keeper: Keeper) -> None:
        if keeper.program.prepare:
            await asyncio.to_thread(keeper.program.prepare)

    def _keep(self, keeper: Keeper) -> None:
        self._tasks.append(asyncio.create_task(keeper.keep(), name=keeper.name))

    async def _until_ready(self, keeper: Keeper, trouble: Callable[[str], None], limit: int | None) -> None:
        seen = 0
        while not keeper.ready.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(keeper.ready.wait(), 0.1)
            if keeper.failures > seen:
                seen = keeper.failures
                sentence = explain_exit(keeper.name, keeper.last_exit, keeper.log)
                if limit and seen >= limit:
                    raise StartFailure(sentence)
                trouble(sentence)

    async def _run_once(self, command: Command) -> None:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command.argv, stdin=asyncio.subprocess.DEVNULL, stderr=pipe, **popen_arguments(command)
        )
        _, errors = await process.communicate()
        if process.returncode:
            lines = errors.decode(errors="replace").strip().splitlines() or [command.name]
            raise StartFailure(lines[-1])

    async def _stop_all(self) -> None:
        self._state = "stopping"
        self._write()
        for tier in reversed(self._tiers):
            await asyncio.gather(*(keeper.stop(at_once=self._at_once) for keeper in tier))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._state = "stopped"
        self._write()

    def _asked_to_stop(self) -> None:
        if self._stop.is_set():
            self._at_once.set()
        self._stop.set()

    def _keepers(self, *, gated: bool) -> list[Keeper]:
        return [k for tier in self._tiers for k in tier if k.program.command.gated is gated]

    def _write(self) -> None:
        programs = [keeper.report() for tier in self._tiers for keeper in tier]
        head = {"pid": os.getpid(), "state": self._state, "since": self._since, "address": self._address}
        try:
            write_report(self._data_dir, {**head, "programs": programs})
        except OSError as refused:
            # A full disk must not end the supervision of what runs.
            structlog.get_logger().error("supervisor-report-not-written", reason=str(refused))
