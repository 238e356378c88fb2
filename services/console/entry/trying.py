"""Before saving: what a command would record, and what that would do to status and duty of whom it touches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import grpc

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import queries_pb2, rehearsals_pb2
from services.console.context import Page
from services.console.views.labels import label
from services.registry.events.labels import event_label
from xianfeng.event import decode_head
from xianfeng.words import say

__all__ = ["Effect", "Line", "Outlook", "foresee"]

ENTERPRISE = "ent-"
MOST_EFFECTS = 8


@dataclass(frozen=True)
class Line:
    """Status, duty or unit: before, after, and whether they differ."""

    name: str
    before: str
    after: str

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Effect:
    """What it does to one enterprise; ``name`` is empty for the one that the form is about."""

    name: str
    day: str
    lines: tuple[Line, ...]
    clause: str
    clause_text: str


@dataclass(frozen=True)
class Outlook:
    """``facts`` are called by their names; ``untold``: enterprises that it touches and coverage said nothing about."""

    unchanged: bool
    facts: tuple[str, ...]
    warnings: tuple[str, ...]
    version: int
    effects: tuple[Effect, ...] = ()
    untold: int = 0

    @property
    def lines(self) -> tuple[Line, ...]:
        """Those of the first enterprise."""
        return self.effects[0].lines if self.effects else ()


async def foresee(page: Page, command: str, request: Any, own: str) -> Outlook:
    """``own``: the subject that the form is about. Raises grpc.aio.AioRpcError, with the refusal that saving meets."""
    peers = page.context.peers
    message = rehearsals_pb2.RehearseRequest(command=command, request=request.SerializeToString())
    said = await page.ask(peers.rehearsals.Rehearse, message)
    receipt, heads = said.receipt, [decode_head(raw) for raw in said.events]
    version = receipt.version - sum(head.subject == receipt.subject for head in heads)
    outlook = Outlook(
        receipt.unchanged, tuple(dict.fromkeys(event_label(head.type) for head in heads)), tuple(receipt.warnings),
        version,
    )  # fmt: skip
    if receipt.unchanged:
        return outlook
    told: dict[str, list[bytes]] = {own: []} if own.startswith(ENTERPRISE) else {}
    for head, raw in zip(heads, said.events, strict=True):
        if head.subject.startswith(ENTERPRISE):
            told.setdefault(head.subject, []).append(raw)
    first = list(told.items())[:MOST_EFFECTS]
    found = await asyncio.gather(*(_effect(page, subject, events, own) for subject, events in first))
    effects = tuple(effect for effect in found if effect is not None)
    return replace(outlook, effects=effects, untold=len(told) - len(effects))


async def _effect(page: Page, enterprise: str, events: Sequence[bytes], own: str) -> Effect | None:
    message = coverage_pb2.PreviewRequest(enterprise=enterprise, events=events)
    try:
        answer = await page.ask(page.context.peers.coverage.Preview, message)
        name = "" if enterprise == own else await _name(page, enterprise)
    except grpc.aio.AioRpcError as away:
        if away.code() is grpc.StatusCode.UNAUTHENTICATED:
            raise
        # It can be saved all the same: coverage only tells what follows.
        return None
    before, after = answer.before, answer.after
    lines = (
        Line(say("console.enterprise.status"), label("status", before.status), label("status", after.status)),
        Line(say("console.enterprise.duty"), _duty(before), _duty(after)),
        Line(say("console.enterprise.unit"), before.unit.name, after.unit.name),
    )
    return Effect(name, answer.day, lines, after.clause, after.clause_text)


async def _name(page: Page, enterprise: str) -> str:
    view = await page.ask(page.context.peers.registry.GetEnterprise, queries_pb2.GetRequest(ref=enterprise))
    return str(view.name)


def _duty(assessed: Any) -> str:
    if not assessed.duty or assessed.duty == "none":
        return say("console.enterprise.no-duty")
    word = label("duty", assessed.duty)
    return say("console.entry.duty-due", duty=word, due=assessed.due) if assessed.due else word
