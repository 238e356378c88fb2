"""One command for many enterprises in one act: each is decided alone, so a refused one never stops the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import commands_pb2
from services.console.context import Page
from services.console.entry.refusals import refusal_of
from services.console.entry.trying import Outlook, foresee
from xianfeng.event import derived_id
from xianfeng.words import say

__all__ = ["Assignment", "Outcome", "check_all", "save_all"]

COMMAND = "AssignAdviser"
AT_ONCE = 8


@dataclass(frozen=True)
class Assignment:
    """An adviser for these enterprises (subjects), from a day on; days are ISO days or empty."""

    adviser: str
    enterprises: Sequence[str]
    effective: str
    until: str
    command_id: str

    def request(self, enterprise: str) -> Any:
        """One enterprise's command: sent twice, it has the same id and does nothing new."""
        same = derived_id("several", self.command_id, self.adviser, self.effective, self.until, enterprise)
        meta = commands_pb2.CommandMeta(command_id=same, effective=self.effective)
        return commands_pb2.AssignAdviserRequest(
            meta=meta, enterprise=enterprise, adviser=self.adviser, until=self.until
        )


@dataclass(frozen=True)
class Outcome:
    """What it comes to for one enterprise: ``refused`` says why not."""

    subject: str
    name: str
    code: str
    word: str = ""
    refused: str = ""
    outlook: Outlook | None = None


async def check_all(page: Page, wanted: Assignment) -> list[Outcome]:
    """What each would do; nothing is recorded."""

    async def check(name: str, code: str, subject: str) -> Outcome:
        outlook = await foresee(page, COMMAND, wanted.request(subject), subject)
        return Outcome(subject, name, code, outlook=outlook)

    return await _each(page, wanted, check)


async def save_all(page: Page, wanted: Assignment) -> list[Outcome]:
    """Send each; the receipts in words."""

    async def save(name: str, code: str, subject: str) -> Outcome:
        receipt = await page.ask(page.context.peers.commands.AssignAdviser, wanted.request(subject))
        word = "unchanged" if receipt.unchanged else "repeated" if receipt.repeated else "done"
        return Outcome(subject, name, code, word=say(f"console.entry.several.{word}"))

    return await _each(page, wanted, save)


async def _each(
    page: Page, wanted: Assignment, act: Callable[[str, str, str], Awaitable[Outcome]]
) -> list[Outcome]:  # fmt: skip
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(subject: str) -> Outcome:
        async with gate:
            name, code = subject, ""
            try:
                message = coverage_pb2.ExplainRequest(enterprise=subject)
                row = (await page.ask(page.context.peers.coverage.Explain, message)).row
                name, code = row.name, row.code
                return await act(name, code, subject)
            except grpc.aio.AioRpcError as error:
                return Outcome(subject, name, code, refused=refusal_of(error, ()).message)

    return list(await asyncio.gather(*(one(subject) for subject in wanted.enterprises)))
