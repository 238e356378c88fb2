"""The one writer of a process: it gathers commands, decides them under the log's lock and commits them together."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress

import structlog

from xianfeng.clock import Clock
from xianfeng.event import Act, Catalogue
from xianfeng.fault import located
from xianfeng.store.answers import Answer
from xianfeng.store.batch import Desk
from xianfeng.store.cache import AggregateCache
from xianfeng.store.recorder import EventMapper, open_recorder
from xianfeng.store.recording import Command, Decide, Outcome, Recording
from xianfeng.store.session import refuse
from xianfeng.store.waking import Waking

__all__ = ["Decide", "Writer"]

_MAX_COMMANDS = 100
_log = structlog.get_logger("xianfeng.store")


class Writer:
    """Decides and records commands in the order in which they were submitted.

    Commands that come together are recorded together: after a batch of several the next one is gathered for `gather`
    seconds, so that a lone caller never waits. `source` is the events' source, by default that of the aggregate's
    class. While the database is away a command is
    tried again for `patience` seconds, then refused (unavailable): with the same id it may be sent again.
    """

    def __init__(
        self, dsn: str, name: str, catalogue: Catalogue, *, source: str, clock: Clock, cached: int = 20_000,
        gather: float = 0.005, patience: float = 10.0,
    ) -> None:  # fmt: skip
        self.name = name
        self.clock = clock
        self.gather = gather
        self.patience = patience
        self._dsn = dsn
        self._mapper = EventMapper(catalogue)
        self._cache = AggregateCache(cached)
        self._source = source
        self._queue: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._waking = Waking()
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"{name}-writer", daemon=True)

    def start(self) -> None:
        """Begin to write. The tables must have been made (`migrate`)."""
        recorder = open_recorder(self._dsn, self.name)
        self._desk = Desk(recorder, self._mapper, self._cache, self._source, self.clock)
        self._recording = Recording(self._desk, self.patience, self._closing)
        self._thread.start()

    def close(self) -> None:
        """Finish what was submitted, then stop. Later commands are refused."""
        with self._door:
            self._closing.set()
            self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()
            self._desk.recorder.datastore.close()
        for command in self._left_over():
            command.future.set_exception(refuse("unavailable", "unavailable"))

    def submit(self, command_id: str, act: Act, decide: Decide) -> Future[Answer]:
        """Have a command decided by the writer's thread, inside `acting(act)`.

        The future raises what `decide` raised (Refused: nothing was recorded), or gives the committed answer. A
        command id that was seen gives its first answer, `repeated`, and decides nothing.
        """
        command = Command(command_id, act, decide)
        if not 1 <= len(command_id) <= 200:
            command.future.set_exception(refuse("no-command-id", "invalid", "command_id"))
        elif not self._let_in(command):
            command.future.set_exception(refuse("unavailable", "unavailable"))
        return command.future

    async def run(self, command_id: str, act: Act, decide: Decide) -> Answer:
        """`submit` for coroutines. Cancelling the caller does not stop a command that was submitted."""
        return await self._waking.wait(self.submit(command_id, act, decide))

    def _let_in(self, command: Command) -> bool:
        # Under the door's lock nothing is put behind the end that `close` puts.
        with self._door:
            if not self._closing.is_set():
                self._queue.put(command)
                return True
        return False

    def _run(self) -> None:
        commands: list[Command] = []
        while (first := self._queue.get()) is not None:
            commands = [first, *self._more(self.gather if len(commands) > 1 else 0.0)]
            try:
                self._settle(commands, self._recording.record(commands))
            except BaseException as fault:
                _log.error("writer-fault", commands=len(commands), **located(fault))
                self._settle(commands, {command.id: fault for command in commands})
            self._cache.shrink()
            self._recording.purge_daily()

    def _more(self, gather: float) -> Iterator[Command]:
        """Whatever else is waiting; for up to `gather` seconds, what comes."""
        until = time.monotonic() + gather
        for _ in range(_MAX_COMMANDS - 1):
            try:
                left = until - time.monotonic()
                command = self._queue.get(timeout=left) if left > 0 else self._queue.get_nowait()
            except queue.Empty:
                return
            if command is None:
                self._queue.put(None)
                return
            yield command

    def _settle(self, commands: list[Command], outcomes: dict[str, Outcome]) -> None:
        told: set[str] = set()
        for command in commands:
            outcome = outcomes[command.id]
            if isinstance(outcome, Answer) and command.id in told:
                outcome = Answer(outcome.value, True, outcome.position)
            told.add(command.id)
            # A caller that went away has cancelled its future.
            with suppress(Exception):
                if isinstance(outcome, Answer):
                    command.future.set_result(outcome)
                else:
                    command.future.set_exception(outcome)

    def _left_over(self) -> Iterator[Command]:
        with suppress(queue.Empty):
            while True:
                command = self._queue.get_nowait()
                if command is not None:
                    yield command
