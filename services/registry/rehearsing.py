"""Commands on trial over gRPC: the receipt and the events that one would have, before anybody sends it."""

from __future__ import annotations

import asyncio
from typing import Any

from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from proto.xianfeng.registry.v1 import commands_pb2
from proto.xianfeng.registry.v1 import rehearsals_pb2 as pb
from proto.xianfeng.registry.v1.rehearsals_pb2_grpc import RehearsalsServicer as Base
from services.registry.application import Application
from services.registry.commands.desk import Desk
from services.registry.commands.execute import execute, parse
from services.registry.commands.model import Command
from services.registry.domain.words import refuse
from services.registry.events import CATALOGUE
from services.registry.grpc import COMMANDS_SERVICE, fields_of
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
        message = _message(request)
        self._permissions.check(caller, f"/{COMMANDS_SERVICE.full_name}/{request.command}")
        command = parse(request.command, fields_of(message))
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


def _message(request: pb.RehearseRequest) -> Message:
    """The command's own request. Raises Refused for a name or for bytes that are none."""
    method = COMMANDS_SERVICE.methods_by_name.get(request.command)
    if method is None:
        raise refuse("no-such-command", field="command", kind="invalid", command=request.command[:80])
    try:
        return GetMessageClass(method.input_type).FromString(request.request)
    except DecodeError:
        raise refuse("no-such-request", field="request", kind="invalid") from None
