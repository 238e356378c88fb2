"""Commands as the rest of the service sees them: fields in, committed answer out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from services.registry.commands.desk import Desk
from services.registry.commands.execute import execute, parse
from services.registry.commands.model import Command
from services.registry.holders import Holders
from xianfeng.clock import Clock
from xianfeng.event import Act, new_id
from xianfeng.rpc.caller import Principal
from xianfeng.store.answers import Answer
from xianfeng.store.submission import Decide, Outcome, Together
from xianfeng.store.writer import Writer

__all__ = ["Application", "AtDesk", "receipt_of"]

AtDesk = Callable[[Desk], dict[str, Any]]
"""Decides a command at its desk; the answer. Raises Refused."""


class Application:
    """The one way to change anything: every command has an actor, an id, and goes through the writer."""

    def __init__(self, writer: Writer, holders: Holders, clock: Clock) -> None:
        self.writer = writer
        self.holders = holders
        self.clock = clock

    async def run(
        self, name: str, fields: dict[str, Any], principal: Principal, *, correlation: str = "", causation: str = ""
    ) -> dict[str, Any]:
        """Decide and record a command; its receipt, as the fields of message Receipt.

        Raises pydantic.ValidationError for bad fields, Refused for what may not be.
        """
        command = parse(name, fields)
        meta = command.meta
        answer = await self.decide(
            _key(principal, meta.command_id), principal, partial(execute, command=command), correlation=correlation,
            causation=causation, effective=meta.effective, command_id=meta.command_id,
        )  # fmt: skip
        return receipt_of(answer)

    async def run_all(
        self, commands: Iterable[Command], principal: Principal, *, correlation: str = ""
    ) -> list[Outcome]:  # fmt: skip
        """What came of each command, in their order: its committed answer, or what `run` would raise."""
        decided = [(one.meta.command_id, partial(execute, command=one), one.meta.effective) for one in commands]
        return await self.decide_all(decided, principal, correlation=correlation)

    async def decide(
        self, key: str, principal: Principal, decide: AtDesk, *, correlation: str = "", causation: str = "",
        effective: date | None = None, command_id: str = "",
    ) -> Answer:  # fmt: skip
        """Decide at a desk, in the writer; `key` is what the writer knows the command by."""
        today = self.clock.today()
        act = Act(principal.account, correlation or new_id(self.clock), causation, effective or today)
        return await self.writer.run(key, act, self._at_desk(decide, principal, today, command_id or key))

    async def decide_all(
        self, commands: Iterable[tuple[str, AtDesk, date | None]], principal: Principal, *, correlation: str = ""
    ) -> list[Outcome]:  # fmt: skip
        """Decide commands of (id, decision, day or None for today) in one piece of work, each for itself."""
        today, together = self.clock.today(), Together()
        correlation = correlation or new_id(self.clock)
        for id, decide, effective in commands:
            act = Act(principal.account, correlation, "", effective or today)
            together.add(_key(principal, id), act, self._at_desk(decide, principal, today, id))
        return await self.writer.run_all(together)

    def _at_desk(self, decide: AtDesk, principal: Principal, today: date, command_id: str) -> Decide:
        return lambda session: decide(Desk(session, principal, today, self.holders, command_id))


def receipt_of(answer: Answer) -> dict[str, Any]:
    """The fields of message Receipt."""
    return {**answer.value, "repeated": answer.repeated, "position": answer.position}


def _key(principal: Principal, command_id: str) -> str:
    # Another account's command of the same id is another command: it must not be given this one's answer.
    return f"{principal.account}/{command_id}"
