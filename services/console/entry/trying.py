"""Before saving: what a command would record, and what that would do to status and duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import grpc

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import rehearsals_pb2
from services.console.context import Page
from services.console.views.labels import label
from services.registry.events.labels import event_label
from xianfeng.event import decode_head
from xianfeng.words import say

__all__ = ["Line", "Outlook", "foresee"]


@dataclass(frozen=True)
class Line:
    """Status or duty: before, after, and whether they differ."""

    name: str
    before: str
    after: str

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Outlook:
    """``facts`` are called by their names; ``lines`` is empty when coverage could not say."""

    unchanged: bool
    facts: tuple[str, ...]
    warnings: tuple[str, ...]
    version: int
    day: str = ""
    lines: tuple[Line, ...] = ()
    clause: str = ""
    clause_text: str = ""


async def foresee(page: Page, command: str, request: Any, enterprise: str) -> Outlook:
    """Raises grpc.aio.AioRpcError with registry's refusal, the one that saving would meet."""
    peers = page.context.peers
    message = rehearsals_pb2.RehearseRequest(command=command, request=request.SerializeToString())
    said = await page.ask(peers.rehearsals.Rehearse, message)
    receipt, heads = said.receipt, [decode_head(raw) for raw in said.events]
    version = receipt.version - sum(head.subject == enterprise for head in heads)
    facts = tuple(event_label(head.type) for head in heads)
    outlook = Outlook(receipt.unchanged, facts, tuple(receipt.warnings), version)
    return outlook if receipt.unchanged else await _judged(page, outlook, said.events, enterprise)


async def _judged(page: Page, outlook: Outlook, events: Sequence[bytes], enterprise: str) -> Outlook:
    message = coverage_pb2.PreviewRequest(enterprise=enterprise, events=events)
    try:
        answer = await page.ask(page.context.peers.coverage.Preview, message)
    except grpc.aio.AioRpcError as away:
        if away.code() is grpc.StatusCode.UNAUTHENTICATED:
            raise
        # It can be saved all the same: coverage only tells what follows.
        return outlook
    before, after = answer.before, answer.after
    lines = (
        Line(say("console.enterprise.status"), label("status", before.status), label("status", after.status)),
        Line(say("console.enterprise.duty"), _duty(before), _duty(after)),
        Line(say("console.enterprise.unit"), before.unit.name, after.unit.name),
    )
    return replace(
        outlook, day=answer.day, lines=lines, clause=after.clause, clause_text=after.clause_text
    )  # fmt: skip


def _duty(assessed: Any) -> str:
    if not assessed.duty or assessed.duty == "none":
        return say("console.enterprise.no-duty")
    word = label("duty", assessed.duty)
    return say("console.entry.duty-due", duty=word, due=assessed.due) if assessed.due else word
