"""What registry and coverage know of the subject that something is entered about."""

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
from services.console.entry.table import Table
from xianfeng.words import say

__all__ = ["Known", "know"]

MOST_LINES = 1000
MOST_ADVISERS = 12
VOIDING = "fact-voided.v1"
ADVISER = re.compile(r"adv-[0-9a-f-]{36}")


@dataclass(frozen=True)
class Known:
    """``view`` is None for an account whose unit does not have the enterprise: it sees what everybody sees.

    ``path``: the units above it, the root first. ``row``: coverage's answer about an enterprise, else None.
    """

    table: Table
    subject: str
    code: str
    name: str
    path: Sequence[Any]
    today: str
    demonstration: bool
    view: Any
    lines: Sequence[Any]
    names: Mapping[str, str] = field(default_factory=dict)
    row: Any = None

    @property
    def room(self) -> str:
        return self.table.room

    @property
    def home(self) -> str:
        """The id of the unit in which it is."""
        return str(self.path[-1].id) if self.path else ""

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

    def can_be_wrong(self, line: Any) -> bool:
        """Whether a recorded fact can be taken out: not the first one, without which the subject is not there at all.

        What was taken out already, and the taking out itself, cannot either.
        """
        return not line.voided and line.event != self.lines[0].event and not line.type.endswith(VOIDING)

    def given(self, command: str) -> dict[str, str]:
        """The fields of a command that are filled in without asking."""
        action, target = self.table.actions[command], self.table.target_of(command)
        found = {**action.preset, target: self.subject, action.at_home: self.home}
        if action.holder:
            found[action.holder] = self.view.holder.holder
        return {name: value for name, value in found.items() if name}


async def know(page: Page, table: Table, ref: str) -> Known:
    """Raises grpc.aio.AioRpcError for a subject that is unknown, or not this account's to see."""
    if table.kind == "enterprise":
        return await _enterprise(page, table, ref)
    if table.kind == "unit":
        return await _unit(page, table, ref)
    view, history = await _told(page, table, ref)
    above = await page.ask(page.context.peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=view.unit.id))
    basis, names = above.basis, await _advisers(page, _texts(view, history))
    name = view.name or view.holder.name or view.subject
    return Known(
        table, view.subject, "", name, above.path, basis.business_date, basis.demonstration, view, history.lines, names
    )


async def _enterprise(page: Page, table: Table, ref: str) -> Known:
    coverage = page.context.peers.coverage
    explanation = await page.ask(coverage.Explain, coverage_pb2.ExplainRequest(enterprise=ref))
    row, basis, view, lines, names = explanation.row, explanation.basis, None, (), {}
    try:
        view, history = await _told(page, table, row.subject)
        lines, names = tuple(history.lines), await _advisers(page, _texts(view, history))
    except grpc.aio.AioRpcError as refused:
        if refused.code() is not grpc.StatusCode.PERMISSION_DENIED:
            raise
    return Known(
        table, row.subject, row.code, row.name, explanation.path, basis.business_date, basis.demonstration, view, lines,
        names, row,
    )  # fmt: skip


async def _unit(page: Page, table: Table, ref: str) -> Known:
    """A unit's time line is not shown: what is true of it is put right by stating it anew."""
    above = await page.ask(page.context.peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=ref))
    unit, basis = above.figures.unit, above.basis
    view = await page.ask(page.context.peers.registry.GetUnit, queries_pb2.GetRequest(ref=unit.id))
    return Known(
        table, unit.id, unit.code, unit.name, above.path, basis.business_date, basis.demonstration, view, ()
    )  # fmt: skip


async def _told(page: Page, table: Table, ref: str) -> tuple[Any, Any]:
    registry = page.context.peers.registry
    get = getattr(registry, f"Get{table.kind.capitalize()}")
    view, history = await asyncio.gather(
        page.ask(get, queries_pb2.GetRequest(ref=ref)),
        page.ask(registry.History, queries_pb2.HistoryRequest(ref=ref, limit=MOST_LINES)),
    )
    return view, history


def _texts(view: Any, history: Any) -> list[str]:
    return [*(fact.shown for fact in view.facts), *(line.shown for line in history.lines)]


async def _advisers(page: Page, texts: Sequence[str]) -> dict[str, str]:
    """The masked names of the advisers that these texts name, newest first; one that is not told stays an id."""
    ids = list(dict.fromkeys(found for text in reversed(texts) for found in ADVISER.findall(text)))[:MOST_ADVISERS]
    asked = (page.ask(page.context.peers.registry.GetAdviser, queries_pb2.GetRequest(ref=id)) for id in ids)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    told = {id: view.holder.name for id, view in zip(ids, answers, strict=True) if not isinstance(view, BaseException)}
    return {id: name for id, name in told.items() if name}
