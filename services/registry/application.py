"""Commands as the rest of the service sees them: fields in, committed answer out."""

from __future__ import annotations

from typing import Any

from services.registry.commands.desk import Desk
from services.registry.commands.execute import execute, parse
from services.registry.commands.model import Command
from services.registry.holders import Holders
from xianfeng.clock import Clock
from xianfeng.event import Act, new_id
from xianfeng.rpc.caller import Principal
from xianfeng.store.session import Session
from xianfeng.store.writer import Writer

__all__ = ["Application"]


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
        act = Act(principal.account, correlation or new_id(self.clock), causation, command.meta.effective)
        # Another account's command of the same id is another command: it must not be given this one's answer.
        answer = await self.writer.run(_key(principal, command), act, self._decision(command, principal))
        return {**answer.value, "repeated": answer.repeated, "position": answer.position}

    def _decision(self, command: Command, principal: Principal) -> Any:
        today = self.clock.today()

        def decide(session: Session) -> dict[str, Any]:
            return execute(Desk(session, principal, today, self.holders, command.meta.command_id), command)

        return decide


def _key(principal: Principal, command: Command) -> str:
    return f"{principal.account}/{command.meta.command_id}"
