"""Answers that are kept for as long as nothing they stand on has changed: many readers, one computation."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any

from services.coverage.queries.moments import Moment

__all__ = ["KeptAnswers"]

_MOST = 256


@dataclass(frozen=True, slots=True)
class _Kept:
    basis: tuple[Moment, Hashable]
    answer: asyncio.Future[Any]


class KeptAnswers:
    """The last answers by question.

    `moment` reads what they stand on in the database, `standing` tells the rest: how far the unit tree was read.

    A moment is read for every question, so an answer is never older than the question; equal ones that come together
    are computed once. Whoever is given an answer must not change it.
    """

    def __init__(
        self, moment: Callable[[], Awaitable[Moment]], standing: Callable[[], Hashable], most: int = _MOST
    ) -> None:
        self._moment = moment
        self._standing = standing
        self._most = most
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    async def get(self, question: Hashable, compute: Callable[[], Awaitable[Any]]) -> Any:
        """The answer to a question. Raises what `compute` raises; that is not kept."""
        basis = await self._moment(), self._standing()
        kept = self._kept.get(question)
        if kept is None or kept.basis != basis:
            kept = self._kept[question] = _Kept(basis, asyncio.ensure_future(compute()))
            kept.answer.add_done_callback(lambda done: self._drop_failed(question, done))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(question)
        # Whoever goes away does not end it for the others.
        return await asyncio.shield(kept.answer)

    def _drop_failed(self, question: Hashable, done: asyncio.Future[Any]) -> None:
        kept = self._kept.get(question)
        if (done.cancelled() or done.exception()) and kept is not None and kept.answer is done:
            del self._kept[question]
