"""What registry and coverage know of the enterprise that something is entered about."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Page
from xianfeng.words import say

__all__ = ["Known", "know"]

MOST_LINES = 1000
MOST_ADVISERS = 12
ADVISER = re.compile(r"adv-[0-9a-f-]{36}")


@dataclass(frozen=True)
class Known:
    """``view`` is None for an account whose unit does not have the enterprise: it sees what everybody sees."""

    explanation: Any
    view: Any
    lines: Sequence[Any]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return str(self.explanation.row.subject)

    @property
    def today(self) -> str:
        return str(self.explanation.basis.business_date)

    def words(self, text: str) -> str:
        """The text with advisers by their masked names: an event names none, and an id says nothing to a clerk."""
        return ADVISER.sub(lambda found: self.names.get(found[0], found[0]), text)

    def slots(self) -> dict[str, str]:
        """Slot → what holds today in words, with the day from which it does."""
        facts = self.view.facts if self.view else ()
        return {
            fact.slot: say("console.entry.known", value=self.words(fact.shown), day=fact.effective) for fact in facts
        }

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
    texts = [*(fact.shown for fact in view.facts), *(line.shown for line in history.lines)]
    return Known(explanation, view, tuple(history.lines), await _advisers(page, texts))


async def _advisers(page: Page, texts: Sequence[str]) -> dict[str, str]:
    """The masked names of the advisers that these texts name, newest first; one that is not told stays an id."""
    ids = list(dict.fromkeys(found for text in reversed(texts) for found in ADVISER.findall(text)))[:MOST_ADVISERS]
    asked = (page.ask(page.context.peers.registry.GetAdviser, queries_pb2.GetRequest(ref=id)) for id in ids)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    told = {id: view.holder.name for id, view in zip(ids, answers, strict=True) if not isinstance(view, BaseException)}
    return {id: name for id, name in told.items() if name}
