"""Up to where registry's log was known at an instant."""

from __future__ import annotations

from typing import Any

import grpc

from proto.xianfeng.platform.v1 import log_pb2
from services.coverage.queries.request import read_instant
from xianfeng.refusal import Refused
from xianfeng.words import say

__all__ = ["mark_at", "registry_away"]

_DEADLINE = 5.0


async def mark_at(log: Any, known_at: str) -> log_pb2.Mark:
    """Registry's last mark by an ISO instant. Refused when nothing was known yet, or registry is away."""
    try:
        wanted = log_pb2.MarkAtRequest(instant=read_instant(known_at).isoformat())
        mark: log_pb2.Mark = await log.MarkAt(wanted, timeout=_DEADLINE)
    except grpc.aio.AioRpcError as away:
        raise registry_away() from away
    if not mark.position:
        message = say("coverage.refused.nothing-known", instant=known_at)
        raise Refused(message, kind="invalid", reason="nothing-known", field="known_at")
    return mark


def registry_away() -> Refused:
    """What a question is answered with that needs registry's log while registry does not answer."""
    return Refused(
        say("coverage.refused.registry-away"), kind="unavailable", reason="registry-away",
        remedy=say("coverage.refused.remedy-wait"),
    )  # fmt: skip
