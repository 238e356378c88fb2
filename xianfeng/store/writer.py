"""The one writer of a process: it gathers commands, decides them under the log's lock and commits them together."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import eventsourcing.persistence as library
import psycopg
import structlog

from xianfeng.clock import Clock
from xianfeng.event import Act, Catalogue, acting
from xianfeng.fault import located
from xianfeng.refusal import Refused
from xianfeng.store.answers import Answer, purge_commands
from xianfeng.store.batch import Batch, Desk
from xianfeng.store.cache import AggregateCache
from xianfeng.store.recorder import EventMapper, open_recorder
from xianfeng.store.session import Session, refuse

__all__ = ["Decide", "Writer"]

Decide = Callable[[Session], dict[str, Any]]
Outcome = Answer | BaseException

_AWAY = (library.OperationalError, library.InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
_MAX_COMMANDS = 100
_log = structlog.get_logger("xianfeng.store")


@dataclass(slots=True, eq=False)
class Command:
    """One submitted command. `sent`: a transaction with it was tried, so its answer may be in the table already."""

    id: str
    act: Act
    decide: Decide
    future: Future[Answer] = field(default_factory=Future)
    sent: bool = False


class Writer:
    """Decides and records commands in the order in which they were submitted.

    `source` is the events' source, by default that of the aggregate's class. While the database is away a command is
    tried again for `patience` seconds, then refused (unavailable): with the same id it may be sent again.
    """

    def __init__(
        self, dsn: str, name: str, catalogue: Catalogue, *, source: str, clock: Clock, cached: int = 20_000,
        gather: float = 0.0, patience: float = 10.0,
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
        self._position = 0
        self._closing = threading.Event()
        self._waking: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Answer], Future[Answer]]]] = {}
        self._waking_lock = threading.Lock()
        self._door = threading.Lock()
        self._purged: date | None = None
        self._thread = threading.Thread(target=self._run, name=f"{name}-writer", daemon=True)

    def start(self) -> None:
        """Begin to write. The tables must have been made (`migrate`)."""
        recorder = open_recorder(self._dsn, self.name)
        self._desk = Desk(recorder, self._mapper, self._cache, self._source, self.clock)
        self._position = self._desk.recorder.max_notification_id() or 0
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

    def _let_in(self, command: Command) -> bool:
        # Under the door's lock nothing is put behind the end that `close` puts.
        with self._door:
            if not self._closing.is_set():
                self._queue.put(command)
                return True
        return False

    async def run(self, command_id: str, act: Act, decide: Decide) -> Answer:
        """`submit` for coroutines. Cancelling the caller does not stop a command that was submitted."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Answer] = loop.create_future()
        self.submit(command_id, act, decide).add_done_callback(lambda done: self._awake(loop, waiter, done))
        return await waiter

    def _awake(self, loop: asyncio.AbstractEventLoop, waiter: asyncio.Future[Answer], done: Future[Answer]) -> None:
        # One wake-up of the loop for all the answers of a batch: each costs both threads a switch.
        with self._waking_lock:
            waking = self._waking.setdefault(loop, [])
            waking.append((waiter, done))
            first = len(waking) == 1
        if first:
            loop.call_soon_threadsafe(self._hand_over, loop)

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._waking_lock:
            waking = self._waking.pop(loop)
        for waiter, done in waking:
            if not waiter.done():
                fault = done.exception()
                waiter.set_result(done.result()) if fault is None else waiter.set_exception(fault)

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            commands = [first, *self._more()]
            try:
                self._settle(commands, self._with_patience(commands))
            except BaseException as fault:
                _log.error("writer-fault", commands=len(commands), **located(fault))
                self._settle(commands, {command.id: fault for command in commands})
            self._cache.shrink()
            self._purge_daily()

    def _purge_daily(self) -> None:
        today = self.clock.today()
        if today == self._purged:
            return
        try:
            with self._desk.recorder.datastore.get_connection() as connection:
                purge_commands(connection, self.clock.now())
        except _AWAY as away:
            _log.warning("purge-failed", error=type(away).__name__)
            return
        self._purged = today

    def _more(self) -> Iterator[Command]:
        """Whatever else is waiting; for up to `gather` seconds, what comes."""
        until = time.monotonic() + self.gather
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

    def _with_patience(self, commands: list[Command]) -> dict[str, Outcome]:
        """Record; again while the database is away. A lost answer of a commit is found by the commands' ids."""
        until, pause = time.monotonic() + self.patience, 0.05
        while True:
            try:
                return self._record(commands)
            except _AWAY as away:
                _log.warning("database-away", error=str(away).strip(), commands=len(commands))
                if time.monotonic() + pause > until or self._closing.wait(pause):
                    return {command.id: refuse("unavailable", "unavailable") for command in commands}
                pause = min(pause * 2, 1.0)

    def _record(self, commands: list[Command]) -> dict[str, Outcome]:
        try:
            return self._transact(commands)
        except _AWAY:
            raise
        except Exception as fault:
            if len(commands) == 1:
                diagnosis = getattr(fault.__cause__ or fault, "diag", None)
                constraint = getattr(diagnosis, "constraint_name", None)
                _log.error("command-failed", command=commands[0].id, error=type(fault).__name__, constraint=constraint)
                return {commands[0].id: fault}
        # One of them spoilt the transaction: alone, it fails alone.
        _log.warning("batch-split", commands=len(commands))
        outcomes: dict[str, Outcome] = {}
        for command in commands:
            if command.id not in outcomes:
                outcomes.update(self._record([command]))
        return outcomes

    def _transact(self, commands: list[Command]) -> dict[str, Outcome]:
        batch: Batch | None = None
        try:
            with self._desk.recorder.locked() as connection:
                batch = Batch(self._desk, connection)
                seen = batch.begin(self._position, [command.id for command in commands])
                outcomes = self._decide_all(batch, commands, seen)
                for command in commands:
                    command.sent = True
                outcomes.update(batch.save(self.clock.now()))
            self._position = batch.position
            return outcomes
        except BaseException:
            if batch is not None:
                batch.forget({event.originator_id for event in batch.events})
            raise

    def _decide_all(self, batch: Batch, commands: list[Command], seen: dict[str, Answer]) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        accepted: set[str] = set()
        for command in commands:
            if command.id in seen:
                answer = seen[command.id]
                outcomes[command.id] = Answer(answer.value, not command.sent, answer.position)
            elif command.id not in accepted:
                refusal = self._decide(batch, command)
                if refusal is None:
                    accepted.add(command.id)
                else:
                    outcomes[command.id] = refusal
        return outcomes

    def _decide(self, batch: Batch, command: Command) -> BaseException | None:
        session = Session(batch)
        try:
            with acting(command.act):
                value = command.decide(session)
            batch.accept(command.id, value, session.pending, session.rows, session.claims)
            session.close()
        except Exception as refusal:
            batch.forget(session.changed())
            if isinstance(refusal, (*_AWAY, psycopg.Error)):
                raise
            if not isinstance(refusal, Refused):
                _log.error("command-fault", command=command.id, **located(refusal))
            return refusal
        return None

    def _left_over(self) -> Iterator[Command]:
        with suppress(queue.Empty):
            while True:
                command = self._queue.get_nowait()
                if command is not None:
                    yield command
