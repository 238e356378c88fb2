"""Records commands: all in one transaction, one by one when one of them spoils it, again while the database is away."""

from __future__ import annotations

import threading
import time
from datetime import date

import eventsourcing.persistence as library
import psycopg
import structlog

from xianfeng.event import acting
from xianfeng.fault import located
from xianfeng.refusal import Refused
from xianfeng.store.answers import Answer, purge_commands
from xianfeng.store.batch import Batch, Desk
from xianfeng.store.session import Session, refuse
from xianfeng.store.submission import Command, Outcome

__all__ = ["Recording"]

_AWAY = (library.OperationalError, library.InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
_LONGEST_ID = 200
_log = structlog.get_logger("xianfeng.store")


class Recording:
    """The outcomes of commands by their ids. Used by the writer's thread alone; `closing` ends its patience."""

    def __init__(self, desk: Desk, patience: float, closing: threading.Event) -> None:
        self._desk = desk
        self._closing = closing
        self._position = desk.recorder.max_notification_id() or 0
        self._purged: date | None = None
        self.patience = patience

    def record(self, commands: list[Command]) -> dict[str, Outcome]:
        """Record; again while the database is away. A lost answer of a commit is found by the commands' ids."""
        until, pause = time.monotonic() + self.patience, 0.05
        while True:
            try:
                return self._split(commands)
            except _AWAY as away:
                _log.warning("database-away", error=str(away).strip(), commands=len(commands))
                if time.monotonic() + pause > until or self._closing.wait(pause):
                    return {command.id: refuse("unavailable", "unavailable") for command in commands}
                pause = min(pause * 2, 1.0)

    def _split(self, commands: list[Command]) -> dict[str, Outcome]:
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
                outcomes.update(self._split([command]))
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
                outcomes.update(batch.save(self._desk.clock.now()))
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
        if not 1 <= len(command.id) <= _LONGEST_ID:
            return refuse("no-command-id", "invalid", "command_id")
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

    def purge_daily(self) -> None:
        """Forget old answers, once each day of the clock port."""
        today = self._desk.clock.today()
        if today == self._purged:
            return
        try:
            with self._desk.recorder.datastore.get_connection() as connection:
                purge_commands(connection, self._desk.clock.now())
        except Exception as fault:
            # Tomorrow is soon enough; the commands that wait are not held up for it.
            _log.warning("purge-failed", **located(fault))
        self._purged = today
