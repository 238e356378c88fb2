"""What registry and coverage know of the enterprise that something is entered about."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Page
from xianfeng.words import say

__all__ = ["Known", "know"]

MOST_LINES = 1000


@dataclass(frozen=True)
class Known:
    """``view`` is None for an account whose unit does not have the enterprise: it sees what everybody sees."""

    explanation: Any
    view: Any
    lines: Sequence[Any]

    @property
    def subject(self) -> str:
        return str(self.explanation.row.subject)

    @property
    def today(self) -> str:
        return str(self.explanation.basis.business_date)

    def slots(self) -> dict[str, str]:
        """Slot → what holds today in words, with the day from which it does."""
        facts = self.view.facts if self.view else ()
        return {fact.slot: say("console.entry.known", value=fact.shown, day=fact.effective) for fact in facts}

    def line(self, event: str) -> Any:
        """The recorded fact of this id, or None."""
        return next((line for line in self.lines if line.event == event), None)


async def know(page: Page, enterprise: str) -> Known:
    """Raises grpc.aio.AioRpcError for an enterprise that is unknown or another firm's."""
    peers = page.context.peers
    explanation = await page.ask(peers.coverage.Explain, coverage_pb2.ExplainRequest(enterprise=enterprise))
    subject = explanation.row.subject
    try:
        view, history = await asyncio.gather(
            page.ask(peers.registry.GetEnterprise, queries_pb2.GetRequest(ref=subject)),
            page.ask(peers.registry.History, queries_pb2.HistoryRequest(ref=subject, limit=MOST_LINES)),
        )
    except grpc.aio.AioRpcError as refused:
        if refused.code() is not grpc.StatusCode.PERMISSION_DENIED:
            raise
        return Known(explanation, None, ())
    return Known(explanation, view, tuple(history.lines))
