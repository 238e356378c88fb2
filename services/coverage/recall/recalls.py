"""The recollections of this process: begun when asked for, told how far they are, kept while somebody reads them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

import grpc
import psycopg
import structlog

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.projections import NAME
from services.coverage.queries.kept import KeptAnswers
from services.coverage.queries.marks import mark_at
from services.coverage.queries.moments import Moment
from services.coverage.queries.request import read_instant
from services.coverage.queries.snapshot import Recalled
from services.coverage.questions import Questions
from services.coverage.recall.recalling import Folded, Recalling
from services.coverage.recall.units import PastUnits
from xianfeng.bus.aside import keep, retire
from xianfeng.bus.kept_connection import KeptConnection
from xianfeng.clock import Clock, day_of
from xianfeng.refusal import Refused
from xianfeng.rules import RuleSet
from xianfeng.store.pool import Pool
from xianfeng.words import say

__all__ = ["Recalls"]

_MOST = 3
"""Recollections that are kept, each has as many rows as the present; and as many that wait for their turn."""
_log = structlog.get_logger("xianfeng.coverage")


class _Key(NamedTuple):
    """The mark, which stands for all instants up to the next, and the day of them."""

    position: int
    instant: str
    day: date


class _Under(NamedTuple):
    recalling: Recalling
    task: asyncio.Task[Folded]


class _Ready(NamedTuple):
    build: int
    questions: Questions


class Recalls:
    """`log`: registry's EventLog stub; `root`: the unit that this deployment answers for."""

    def __init__(self, dsn: str, pool: Pool, log: Any, rules: RuleSet, *, clock: Clock, root: str | None) -> None:
        self._dsn, self._pool, self._log, self._rules, self._clock = dsn, pool, log, rules, clock
        self._units = PastUnits(log, root)
        self._asked = KeptConnection(dsn)
        self._one = asyncio.Lock()
        self._under: dict[_Key, _Under] = {}
        self._ready: OrderedDict[_Key, _Ready] = OrderedDict()

    async def recall(self, known_at: str) -> pb.Recollection:
        """How far what was known at an instant is recalled; the first call begins it. Raises Refused."""
        key = await self._find(known_at)
        answer = pb.Recollection(known_at=key.instant, position=key.position)
        if await self._is_ready(key):
            answer.folded, answer.ready = key.position, True
            return answer
        under = self._under.get(key) or self._begin(key)
        answer.folded = under.recalling.folded
        if under.task.done():
            answer.problem = self._end(key, under.task)
            answer.ready = not answer.problem
        return answer

    async def questions(self, known_at: str) -> Questions:
        """What can be asked of what was known at an instant. Refused unless it was recalled."""
        key = await self._find(known_at)
        if not await self._is_ready(key):
            raise Refused(
                say("coverage.recall.not-yet", instant=known_at), reason="not-recalled", field="known_at",
                remedy=say("coverage.recall.not-yet-remedy"),
            )  # fmt: skip
        return self._ready[key].questions

    async def close(self) -> None:
        """Stop what is under way; nothing that was recalled is needed any more."""
        for under in self._under.values():
            under.task.cancel()
        await asyncio.gather(*(under.task for under in self._under.values()), return_exceptions=True)
        with suppress(psycopg.Error, OSError):
            for ready in self._ready.values():
                await self._asked.ask(lambda c: retire(c, NAME, ready.build))  # noqa: B023 - awaited at once
        await self._asked.close()

    async def _find(self, known_at: str) -> _Key:
        instant = read_instant(known_at)
        if instant > self._clock.now():
            raise Refused(
                say("coverage.recall.future", instant=known_at), kind="invalid", reason="future", field="known_at",
                remedy=say("coverage.recall.future-remedy"),
            )  # fmt: skip
        mark = await mark_at(self._log, known_at)
        return _Key(int(mark.position), mark.instant, day_of(instant))

    def _begin(self, key: _Key) -> _Under:
        for other, under in list(self._under.items()):
            # Whoever asked for it may have gone away.
            if under.task.done():
                self._end(other, under.task)
        if len(self._under) >= _MOST:
            raise Refused(
                say("coverage.recall.busy", most=_MOST), kind="unavailable", reason="busy", field="known_at",
                remedy=say("coverage.refused.remedy-wait"),
            )  # fmt: skip
        recalling = Recalling(self._dsn, self._log, self._units, self._clock, position=key.position, day=key.day)
        under = self._under[key] = _Under(recalling, asyncio.create_task(self._in_turn(recalling)))
        return under

    async def _in_turn(self, recalling: Recalling) -> Folded:
        """One after the other: each takes a processor."""
        async with self._one:
            await self._make_room()
            return await recalling.run()

    async def _make_room(self) -> None:
        """Give up what was not asked for longest."""
        while len(self._ready) >= _MOST:
            _, old = self._ready.popitem(last=False)
            await self._asked.ask(lambda c: retire(c, NAME, old.build))  # noqa: B023 - awaited at once

    def _end(self, key: _Key, task: asyncio.Task[Folded]) -> str:
        """Put it where it can be asked; why it could not be made, or nothing."""
        del self._under[key]
        if error := task.exception():
            _log.warning("recall-failed", error=repr(error))
            away = isinstance(error, grpc.aio.AioRpcError | psycopg.OperationalError)
            return say("coverage.recall.away" if away else "coverage.recall.failed", error=type(error).__name__)
        folded = task.result()
        recalled = Recalled(folded.build, key.instant)
        questions = Questions(self._pool, folded.tree, self._rules, _kept_for_ever(), recalled)
        self._ready[key] = _Ready(folded.build, questions)
        return ""

    async def _is_ready(self, key: _Key) -> bool:
        """Whether it can be asked; then it is kept for longer."""
        ready = self._ready.get(key)
        if ready is None:
            return False
        if not await self._asked.ask(lambda c: keep(c, NAME, ready.build)):
            self._ready.pop(key, None)
            return False
        self._ready.move_to_end(key)
        return True


def _kept_for_ever() -> KeptAnswers:
    """The past does not change: an answer stays right for as long as it is kept."""

    async def moment() -> Moment:
        return ()

    return KeptAnswers(moment, lambda: None)
