"""What an operator does with data kept aside: look, replay from the store, discard what is not the store's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar

import psycopg

from xianfeng.bus.fetch import Fetch
from xianfeng.bus.kept_aside import set_state
from xianfeng.bus.runner import ProjectionRunner
from xianfeng.refusal import Refused
from xianfeng.words import say

__all__ = ["KeptLetter", "Letters", "Result"]

Outcome = Literal["applied", "still_failing", "foreign", "discarded"]
Connection = psycopg.Connection[Any]
T = TypeVar("T")
_COLUMNS = (
    "id, projection, topic, partition, record_offset, subject, version, type, reason, detail, seen_at, size, state"
)


class KeptLetter(NamedTuple):
    """One record that was not taken; its payload is nowhere but on the topic."""

    id: int
    projection: str
    topic: str
    partition: int
    offset: int
    subject: str
    version: int
    type: str
    reason: str
    detail: str
    seen_at: datetime
    size: int
    state: str


class Result(NamedTuple):
    outcome: Outcome
    detail: str


class Letters:
    """The letters of one service's projections."""

    def __init__(self, dsn: str, runners: dict[str, ProjectionRunner]) -> None:
        self._dsn, self._runners = dsn, runners

    async def open(self, limit: int) -> tuple[list[KeptLetter], int]:
        """The newest open letters, and how many there are in all."""

        def read(connection: Connection) -> tuple[list[KeptLetter], int]:
            query = f"select {_COLUMNS} from dead_letter where state = 'open' order by id desc limit %s"
            rows = connection.execute(query.encode(), (limit,)).fetchall()
            total = connection.execute("select count(*) from dead_letter where state = 'open'").fetchone()
            return [KeptLetter(*row) for row in rows], int(total[0]) if total else 0

        return await self._sql(read)

    async def replay(self, id: int) -> Result:
        """Apply the store's bytes of the letter's subject. Raises Refused."""
        letter = await self._letter(id)
        if letter.reason == "foreign" or not await self._in_store(letter):
            await self._sql(lambda c: set_state(c, id, "open", "foreign"))
            return Result("foreign", say("bus.not-in-store"))
        why = await self._runner(letter).mend(letter.subject)
        if why:
            return Result("still_failing", say("bus.still-failing", version=letter.version, error=why))
        await self._sql(lambda c: set_state(c, id, "applied", letter.reason))
        return Result("applied", say("bus.applied"))

    async def discard(self, id: int) -> Result:
        """Put a foreign letter away. Raises Refused for one that the store has: without it figures would be wrong."""
        letter = await self._letter(id)
        if letter.reason != "foreign" and await self._in_store(letter):
            raise Refused(say("bus.cannot-discard"), reason="letter-is-genuine")
        await self._sql(lambda c: set_state(c, id, "discarded", "foreign"))
        return Result("discarded", say("bus.discarded"))

    async def _letter(self, id: int) -> KeptLetter:
        query = f"select {_COLUMNS} from dead_letter where id = %s"
        row = await self._sql(lambda c: c.execute(query.encode(), (id,)).fetchone())
        if row is None:
            raise Refused(say("bus.no-such-dead-letter", id=id), kind="unknown", reason="no-such-letter", field="id")
        letter = KeptLetter(*row)
        if letter.state != "open":
            raise Refused(say("bus.letter-closed"), reason="letter-closed", field="id")
        return letter

    def _runner(self, letter: KeptLetter) -> ProjectionRunner:
        runner = self._runners.get(letter.projection)
        if runner is None:
            message = say("bus.no-such-projection", name=letter.projection)
            raise Refused(message, kind="unknown", reason="no-such-projection")
        return runner

    async def _in_store(self, letter: KeptLetter) -> bool:
        fetch: Fetch = self._runner(letter).fetch
        try:
            return bool(await asyncio.to_thread(fetch, letter.subject, max(letter.version - 1, 0)))
        except Exception as error:
            message = say("bus.owner-away", error=type(error).__name__)
            raise Refused(message, kind="unavailable", reason="log-owner-away") from error

    async def _sql(self, work: Callable[[Connection], T]) -> T:
        def call() -> T:
            with psycopg.connect(self._dsn, autocommit=True, connect_timeout=5) as connection:
                return work(connection)

        return await asyncio.to_thread(call)
