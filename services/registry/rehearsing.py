"""Commands on trial over gRPC: the receipt and the events that one would have, before anybody sends it."""

from __future__ import annotations

import asyncio
from typing import Any

from proto.xianfeng.registry.v1 import commands_pb2
from proto.xianfeng.registry.v1 import rehearsals_pb2 as pb
from proto.xianfeng.registry.v1.rehearsals_pb2_grpc import RehearsalsServicer as Base
from services.registry.application import Application
from services.registry.commands.desk import Desk
from services.registry.commands.execute import execute
from services.registry.commands.model import Command
from services.registry.events import CATALOGUE
from services.registry.grpc import command_of, path_of
from xianfeng.event import Act, new_id
from xianfeng.rpc.caller import Principal, principal
from xianfeng.rpc.permissions import Permissions
from xianfeng.store.rehearsal import Rehearsal
from xianfeng.store.session import Session

__all__ = ["RehearsalsServicer"]


class RehearsalsServicer(Base):
    """`permissions`: a rehearsal is open to whoever may send the command itself."""

    def __init__(self, application: Application, dsn: str, permissions: Permissions) -> None:
        self._application = application
        self._dsn = dsn
        self._permissions = permissions

    async def Rehearse(self, request: pb.RehearseRequest, context: Any) -> pb.Rehearsal:  # noqa: N802
        caller = principal()
        self._permissions.check(caller, path_of(request.command))
        command = command_of(request.command, request.request)
        return await asyncio.to_thread(self._decide, command, caller)

    def _decide(self, command: Command, caller: Principal) -> pb.Rehearsal:
        application, events = self._application, list[bytes]()
        today = application.clock.today()

        def at_desk(session: Session) -> dict[str, Any]:
            answer = execute(Desk(session, caller, today, application.holders, command.meta.command_id), command)
            events.extend(event.raw for event in session.pending)
            return answer

        act = Act(caller.account, new_id(application.clock), "", command.meta.effective or today)
        # A moment of its own: what was recorded since the last rehearsal is seen.
        rehearsal = Rehearsal(self._dsn, "registry", CATALOGUE, clock=application.clock)
        try:
            answer = rehearsal.decide(act, at_desk)
        finally:
            rehearsal.close()
        return pb.Rehearsal(receipt=commands_pb2.Receipt(**answer), events=events)
