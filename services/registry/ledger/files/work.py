"""Checking and applying a file, beside the calls that ask how it stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import structlog

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.files.packing import pack, unpack
from services.registry.ledger.files.shelf import Kept, Shelf
from services.registry.ledger.files.showing import numbers_of
from services.registry.ledger.reading import Statement
from services.registry.ledger.review import Review
from services.registry.ledger.sending import Meant, messages
from services.registry.ledger.servicer import LedgersServicer
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import principal
from xianfeng.words import say

__all__ = ["UNDER_WAY", "Work"]

_log = structlog.get_logger("xianfeng.registry")

UNDER_WAY = {"checking": "checked", "applying": "applied"}
"""State → the one that it ends in."""


class Work:
    """One file is worked on once at a time. A task acts as the account whose call began it."""

    def __init__(self, ledgers: LedgersServicer, shelf: Shelf) -> None:
        self._ledgers = ledgers
        self._shelf = shelf
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._done: dict[str, tuple[int, int]] = {}

    def go_on(self, kept: Kept) -> None:
        """Begin what the file's state says, or go on with what a restart broke off, if it is the caller's own doing.

        Events bear the name of whoever confirmed: another account that only looks goes on with nothing.
        """
        if kept.state in UNDER_WAY and kept.id not in self._tasks and kept.acting == principal().account:
            task = asyncio.create_task(self._run(kept), name=f"ledger-file-{kept.state}")
            self._tasks[kept.id] = task
            task.add_done_callback(lambda _: self._tasks.pop(kept.id, None))

    def is_stalled(self, kept: Kept) -> bool:
        """Whether something was to be done with it and nothing is."""
        return kept.state in UNDER_WAY and kept.id not in self._tasks

    def progress(self, id: str) -> tuple[int, int]:
        """How many rows of how many; 0 of 0 when nothing is being done."""
        return self._done.get(id, (0, 0))

    async def choose(self, kept: Kept, subjects: dict[int, str]) -> None:
        """Rows whose enterprise a person has named are checked again."""
        review = await self.review(kept.id)
        chosen = [one for one in review.file.statements if one.number in subjects and one.rejects]
        for one in chosen:
            one.subject, one.rejects = subjects[one.number], []
            review.answers.pop(one.number, None)
        async for answers in self._ledgers.Check(_sent(kept.meant, chosen), None):
            review.take({answer.number: answer for answer in answers.answers})
        review.settle_repeats()
        await self._keep(kept, kept.state, review)

    async def review(self, id: str) -> Review:
        """What the file's rows came to, as it was last kept."""
        return await asyncio.to_thread(unpack, await self._shelf.content(id))

    async def close(self) -> None:
        """End what is being done; it goes on when somebody looks at the file again."""
        for task in (running := list(self._tasks.values())):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _run(self, seen: Kept) -> None:
        # Who saw it may have looked a moment ago: since this task stands in the book nobody else changes it.
        kept = await self._shelf.get(seen.id)
        if kept.state not in UNDER_WAY or kept.acting != principal().account:
            return
        try:
            review = await self.review(kept.id)
            checking = kept.state == "checking"
            rows = review.to_check if checking else review.changing
            call = self._ledgers.Check if checking else self._ledgers.Apply
            await self._ask(kept, review, rows, call)
            if checking:
                review.settle_repeats()
            await self._keep(kept, UNDER_WAY[kept.state], review)
        except Refused as refused:
            text = "；".join(part for part in (refused.message, refused.remedy) if part)
            await self._fail(kept, text)
        except Exception:
            _log.exception("ledger-file-broken", file=kept.id, state=kept.state)
            await self._fail(kept, say("ledger.file.broken"))
        finally:
            self._done.pop(kept.id, None)

    async def _ask(self, kept: Kept, review: Review, rows: Sequence[Statement], call: Any) -> None:
        done = 0
        self._done[kept.id] = (0, len(rows))
        async for answers in call(_sent(kept.meant, rows), None):
            review.take({answer.number: answer for answer in answers.answers})
            done += len(answers.answers)
            self._done[kept.id] = (done, len(rows))

    async def _keep(self, kept: Kept, state: str, review: Review) -> None:
        content = await asyncio.to_thread(pack, review)
        numbers = numbers_of(review, kept.numbers.get("skipped", 0), recorded=state == "applied")
        await self._shelf.save(kept, state, numbers, content)

    async def _fail(self, kept: Kept, problem: str) -> None:
        with suppress(Refused):
            # Refused: somebody went on with it meanwhile, and it is theirs.
            await self._shelf.save(kept, "failed", kept.numbers, None, problem)


async def _sent(meant: Meant, rows: Sequence[Statement]) -> AsyncIterator[pb.LedgerRows]:
    for message in messages(meant, rows):
        yield message
