"""The Operations API, the same in every service: status, data kept aside, rebuild."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from proto.xianfeng.platform.v1 import operations_pb2, operations_pb2_grpc
from xianfeng.bus.letters import KeptLetter, Letters, Result
from xianfeng.bus.relay import Relay
from xianfeng.bus.runner import ProjectionRunner
from xianfeng.bus.status import ProjectionStatus
from xianfeng.clock import Clock
from xianfeng.refusal import Refused
from xianfeng.words import say

__all__ = ["OperationsServicer"]

_MOST_LETTERS = 1_000
_LETTERS = 100


class OperationsServicer(operations_pb2_grpc.OperationsServicer):
    """`relay` is None for a service without a log of its own; `dsn` is where its projections keep their places."""

    def __init__(
        self, service: str, version: str, clock: Clock, dsn: str, *, runners: Sequence[ProjectionRunner],
        relay: Relay | None = None,
    ) -> None:  # fmt: skip
        self._service, self._version, self._clock, self._relay = service, version, clock, relay
        self._runners = {runner.name: runner for runner in runners}
        self._letters = Letters(dsn, self._runners)

    async def Status(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        """Raises psycopg.Error while the database is away."""
        answer = operations_pb2.ServiceStatus(
            service=self._service, version=self._version, clock=self._clock.now().isoformat()
        )
        if self._relay is not None:
            answer.relay.CopyFrom(await self._relay_status(self._relay))
        for runner in self._runners.values():
            answer.projections.extend(_projection(status) for status in await runner.status())
        return answer

    async def _relay_status(self, relay: Relay) -> Any:
        status = await relay.status()
        age = 0.0
        if status.oldest_waiting:
            age = (self._clock.now() - datetime.fromisoformat(status.oldest_waiting)).total_seconds()
        return operations_pb2.RelayStatus(
            leading=status.leading, position=status.position, head=status.head, lag_seconds=max(age, 0.0),
            stuck=status.stuck,
        )  # fmt: skip

    async def ListDeadLetters(self, request: Any, context: Any) -> Any:  # noqa: N802
        if request.limit < 0:
            message = say("bus.bad-limit", value=request.limit, most=_MOST_LETTERS)
            raise Refused(message, kind="invalid", reason="bad-limit", field="limit")
        letters, total = await self._letters.open(min(request.limit or _LETTERS, _MOST_LETTERS))
        return operations_pb2.ListDeadLettersResponse(dead_letters=map(_letter, letters), total=total)

    async def ReplayDeadLetter(self, request: Any, context: Any) -> Any:  # noqa: N802
        return _outcome(await self._letters.replay(request.id))

    async def DiscardDeadLetter(self, request: Any, context: Any) -> Any:  # noqa: N802
        return _outcome(await self._letters.discard(request.id))

    async def Rebuild(self, request: Any, context: Any) -> Any:  # noqa: N802
        runner = self._runners.get(request.projection)
        if runner is None:
            message = say("bus.no-such-projection", name=request.projection[:100])
            raise Refused(message, kind="unknown", reason="no-such-projection", field="projection")
        return operations_pb2.RebuildResponse(build=await runner.rebuild())


def _projection(status: ProjectionStatus) -> Any:
    return operations_pb2.ProjectionStatus(
        name=status.name, version=status.version, build=status.build, state=status.state,
        positions=status.positions,
        business_date=status.business_date.isoformat() if status.business_date else "",
        lag_events=status.lag_events, lag_seconds=status.lag_seconds, held=status.held,
        dead_letters=status.dead_letters, stuck=status.stuck, fenced=status.fenced,
    )  # fmt: skip


def _letter(letter: KeptLetter) -> Any:
    return operations_pb2.DeadLetter(
        id=letter.id, projection=letter.projection, topic=letter.topic, partition=letter.partition,
        offset=letter.offset, subject=letter.subject, subjectversion=letter.version, type=letter.type,
        reason=letter.reason, detail=letter.detail, seen_at=letter.seen_at.isoformat(), size=letter.size,
    )  # fmt: skip


def _outcome(result: Result) -> Any:
    return operations_pb2.DeadLetterOutcome(outcome=result.outcome, detail=result.detail)
