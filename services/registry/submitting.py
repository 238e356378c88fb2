"""The gRPC service `Submissions`: commands by the message, several messages at work, answers in their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import structlog
from google.protobuf.message import Message

from proto.xianfeng.registry.v1 import commands_pb2
from proto.xianfeng.registry.v1 import submissions_pb2 as pb
from proto.xianfeng.registry.v1.submissions_pb2_grpc import SubmissionsServicer as Base
from services.registry.application import Application, receipt_of
from services.registry.commands.model import Command
from services.registry.domain.words import refuse
from services.registry.grpc import command_of, path_of
from xianfeng.fault import located
from xianfeng.rpc.caller import Principal, principal
from xianfeng.rpc.closing import closing
from xianfeng.rpc.errors import failure_of
from xianfeng.rpc.permissions import Permissions
from xianfeng.store.answers import Answer
from xianfeng.store.submission import Outcome
from xianfeng.telemetry import correlation

__all__ = ["SubmissionsServicer"]

_METHOD = "/xianfeng.registry.v1.Submissions/Submit"
_MOST = 200
_AT_WORK = 400
"""Commands of one call that are at work: as many as the writer takes in two transactions, so nobody waits for long."""
_Begun = asyncio.Queue["tuple[int, asyncio.Task[pb.SubmitResponse]] | None"]
"""The messages that are at work with how much room each takes, in their order; None behind the last."""
_log = structlog.get_logger(__name__)


class SubmissionsServicer(Base):
    """`permissions`: what is handed in may be only what the account may ask for command by command.

    `check(caller, method)` raises Refused for an account that was closed: a call may last longer than the account.
    `stopping` is set when calls that are open have to end.
    """

    def __init__(
        self, application: Application, permissions: Permissions, check: Callable[[Principal, str], None],
        stopping: asyncio.Event,
    ) -> None:  # fmt: skip
        self._application = application
        self._permissions = permissions
        self._check = check
        self._stopping = stopping

    async def Submit(self, requests: AsyncIterator[pb.SubmitRequest], context: Any) -> None:  # noqa: N802
        room, begun = _Room(_AT_WORK), _Begun()
        reading = asyncio.create_task(self._read(requests, principal(), room, begun))
        stopping = asyncio.create_task(self._stopping.wait())
        stopping.add_done_callback(lambda _: reading.cancel())
        try:
            while (one := await begun.get()) is not None:
                size, deciding = one
                await context.write(await deciding)
                await room.leave(size)
            # What ended the call early is told behind the answers of what came before it.
            if self._stopping.is_set():
                raise closing()
            await reading
        finally:
            stopping.cancel()
            reading.cancel()

    async def _read(
        self, requests: AsyncIterator[pb.SubmitRequest], caller: Principal, room: _Room, begun: _Begun
    ) -> None:
        try:
            async for request in requests:
                self._check(caller, _METHOD)
                if len(request.submissions) > _MOST:
                    raise refuse("too-many-submissions", field="submissions", kind="invalid", most=_MOST)
                size = max(1, len(request.submissions))
                await room.enter(size)
                begun.put_nowait((size, asyncio.create_task(self._decide(request.submissions, caller))))
        finally:
            begun.put_nowait(None)

    async def _decide(self, submissions: Sequence[pb.Submission], caller: Principal) -> pb.SubmitResponse:
        read = [self._command(one, caller) for one in submissions]
        commands = [one for one in read if isinstance(one, Command)]
        decided = iter(await self._application.run_all(commands, caller, correlation=correlation() or ""))
        outcomes = (next(decided) if isinstance(one, Command) else one for one in read)
        return pb.SubmitResponse(submitted=map(_submitted, outcomes))

    def _command(self, one: pb.Submission, caller: Principal) -> Command | Exception:
        """The command, or why it is none or is not for this account."""
        try:
            self._permissions.check(caller, path_of(one.command))
            return command_of(one.command, one.request)
        except Exception as refusal:
            return refusal


class _Room:
    """Room for so many; messages enter whole, in their order."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._changed = asyncio.Condition()

    async def enter(self, size: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self._left >= size)
            self._left -= size

    async def leave(self, size: int) -> None:
        async with self._changed:
            self._left += size
            self._changed.notify()


def _submitted(outcome: Outcome) -> Message:
    if isinstance(outcome, Answer):
        return pb.Submitted(receipt=commands_pb2.Receipt(**receipt_of(outcome)))
    failure = failure_of(outcome)
    if failure.unexpected:
        _log.error("submission-failed", **located(outcome))
    return pb.Submitted(refusal=failure.status.SerializeToString())
