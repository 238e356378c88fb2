"""The one writer of a process: it gathers commands, decides them under the log's lock and commits them together."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
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
from xianfeng.store.recording import Recording
from xianfeng.store.session import refuse
from xianfeng.store.submission import Command, Decide, Outcome, Together, alone
from xianfeng.store.waking import Waking

__all__ = ["Decide", "Writer"]

_ENOUGH = 200
"""Commands that make a transaction: more would keep the ones behind them waiting."""
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
        self._queue: queue.SimpleQueue[Sequence[Command] | None] = queue.SimpleQueue()
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
            command.tell(refuse("unavailable", "unavailable"))

    def submit(self, command_id: str, act: Act, decide: Decide) -> Future[Answer]:
        """Have a command decided by the writer's thread, inside `acting(act)`.

        The future raises what `decide` raised (Refused: nothing was recorded), or gives the committed answer. A
        command id that was seen gives its first answer, `repeated`, and decides nothing.
        """
        command, future = alone(command_id, act, decide)
        self._hand_in([command])
        return future

    async def run(self, command_id: str, act: Act, decide: Decide) -> Answer:
        """`submit` for coroutines. Cancelling the caller does not stop a command that was submitted."""
        return await self._waking.wait(self.submit(command_id, act, decide))

    async def run_all(self, together: Together) -> list[Outcome]:
        """What came of each, in their order: its committed answer, or what `run` would raise.

        They are decided together as far as they make one transaction, and each is recorded or refused by itself.
        """
        for start in range(0, len(together.commands), _ENOUGH):
            self._hand_in(together.commands[start : start + _ENOUGH])
        return await self._waking.wait(together.outcomes) if together.commands else []

    def _hand_in(self, commands: Sequence[Command]) -> None:
        if not self._let_in(commands):
            for command in commands:
                command.tell(refuse("unavailable", "unavailable"))

    def _let_in(self, commands: Sequence[Command]) -> bool:
        # Under the door's lock nothing is put behind the end that `close` puts.
        with self._door:
            if not self._closing.is_set():
                self._queue.put(commands)
                return True
        return False

    def _run(self) -> None:
        commands: list[Command] = []
        while (first := self._queue.get()) is not None:
            gather = self.gather if len(commands) > 1 else 0.0
            commands = [*first, *self._more(_ENOUGH - len(first), gather)]
            try:
                self._tell(commands, self._recording.record(commands))
            except BaseException as fault:
                _log.error("writer-fault", commands=len(commands), **located(fault))
                self._tell(commands, {command.id: fault for command in commands})
            self._cache.shrink()
            self._recording.purge_daily()

    def _more(self, room: int, gather: float) -> Iterator[Command]:
        """Whatever else is waiting while there is room; for up to `gather` seconds, what comes."""
        until = time.monotonic() + gather
        while room > 0:
            try:
                left = until - time.monotonic()
                handed = self._queue.get(timeout=left) if left > 0 else self._queue.get_nowait()
            except queue.Empty:
                return
            if handed is None:
                self._queue.put(None)
                return
            yield from handed
            room -= len(handed)

    def _tell(self, commands: list[Command], outcomes: dict[str, Outcome]) -> None:
        told: set[str] = set()
        for command in commands:
            outcome = outcomes[command.id]
            if isinstance(outcome, Answer) and command.id in told:
                outcome = Answer(outcome.value, True, outcome.position)
            told.add(command.id)
            command.tell(outcome)

    def _left_over(self) -> Iterator[Command]:
        with suppress(queue.Empty):
            while True:
                yield from self._queue.get_nowait() or ()
