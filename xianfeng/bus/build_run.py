"""One build of a projection under way in this process: its feed, its clock, its repairs, and its way into service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import psycopg
import structlog
from aiokafka.errors import KafkaError

from xianfeng.bus.builds import BuildRow, excess_held, read_builds, take_over
from xianfeng.bus.engine import BuildChanged, Engine, Fenced
from xianfeng.bus.feed import Feed
from xianfeng.bus.fetch import Fetch
from xianfeng.bus.kept_aside import Held
from xianfeng.bus.place import Place, read_places
from xianfeng.bus.status import Lag, stuck
from xianfeng.bus.topics import PARTITIONS
from xianfeng.words import say

__all__ = ["BuildRun"]

_CLOCK = 0.25
_LOOK = 0.5
_ANSWER = 3.0
_FIRST_REPAIR, _LAST_REPAIR = 0.3, 60.0

logger = structlog.get_logger(__name__)


class BuildRun:
    """Runs until cancelled; `row` is kept up to date by the runner. `tell` is called after each commit."""

    def __init__(self, engine: Engine, bootstrap: list[str], fetch: Fetch, tell: Callable[[frozenset[int]], None]):
        self.engine = engine
        self.feed = Feed(engine, bootstrap, self._tell_moved)
        self._tell, self._moved = tell, asyncio.Event()
        self.lag = Lag()
        self.refused = ""
        self._fetch = fetch
        self._next_try: dict[str, tuple[float, float]] = {}

    @property
    def stuck(self) -> str:
        return self.refused or stuck(self.feed, self.lag)

    async def run(self) -> None:
        try:
            await self.feed.start()
            async with asyncio.TaskGroup() as group:
                group.create_task(_every(_CLOCK, self._midnight))
                group.create_task(_every(_FIRST_REPAIR, self._mend_all))
                group.create_task(_every(0.0, self._look_soon))
        finally:
            await self.feed.stop()

    async def _midnight(self) -> None:
        """The partition's own consumer is the clock, also when no event comes."""
        today = self.engine.clock.today()
        partitions = self.feed.subscription.partitions
        late = {p for p, place in list(self.engine.places.items()) if place.day < today and p in partitions}
        if late:
            moved = await self.feed.work(self.engine.advance, late)
            if moved:
                self.feed.moved(moved)

    async def _look_soon(self) -> None:
        """Look now and then, and whenever a build has moved: what has caught up is assessed while it is in memory."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK):
                await self._moved.wait()
        self._moved.clear()
        await self._look()

    def _tell_moved(self, partitions: frozenset[int]) -> None:
        if self.engine.row.state == "building":
            self._moved.set()
        self._tell(partitions)

    async def _look(self) -> None:
        """How far behind every partition is, whoever has it; assess what has caught up; take over at last."""
        try:
            async with asyncio.timeout(_ANSWER):
                ends = await self.feed.subscription.ends(PARTITIONS)
        except (KafkaError, TimeoutError) as error:
            self.feed.away = say("bus.bus-away", error=type(error).__name__)
            await self.feed.ensure_topic()
            return
        if not ends:
            return
        self.feed.away = ""
        places, lost = await self.feed.work(self._read_places)
        self.lag.look(places, ends)
        if lost:
            logger.warning("commits-lost", projection=self.engine.projection.name, build=self.engine.row.number)
            await self.feed.begin_again()
        if self.engine.row.state == "building":
            await self._toward_service(ends)

    def _read_places(self) -> tuple[dict[int, Place], bool]:
        """The places of all partitions, and whether one is behind what memory was folded from.

        Then the database fell and lost what it had not written: without a new record nothing else would tell.
        """
        engine = self.engine
        found = read_places(engine.connection, engine.projection.name, engine.row.number)
        return found, any(p in found and found[p].position < place.position for p, place in engine.places.items())

    async def _toward_service(self, ends: Mapping[int, int]) -> None:
        # Others catch up meanwhile: asking for the ends again would wait for a fetch that waits for records.
        while due := self.lag.caught_up & self.feed.subscription.partitions - self.engine.assessed:
            for partition in sorted(due):
                self.feed.rest.a_while()
                await self.feed.work(self.engine.assess, partition)
            places, _ = await self.feed.work(self._read_places)
            self.lag.look(places, ends)
        if len(self.lag.caught_up) == PARTITIONS and await self.feed.work(self._take_over):
            logger.info("build-serves", projection=self.engine.projection.name, build=self.engine.row.number)
            self.feed.moved(frozenset(range(PARTITIONS)))

    def _take_over(self) -> bool:
        engine = self.engine
        done = engine.transaction(lambda c: take_over(c, engine.projection, engine.row, PARTITIONS))
        if done:
            engine.row = engine.row._replace(state="serving")
        self.refused = "" if done else self._why_not()
        return done

    def _why_not(self) -> str:
        name, number = self.engine.projection.name, self.engine.row.number
        serving = [row.number for row in read_builds(self.engine.connection, name) if row.state == "serving"]
        count = excess_held(self.engine.connection, name, serving[0], number) if serving else 0
        return say("bus.build-holds", count=count) if count else ""

    async def _mend_all(self) -> None:
        """Held subjects, each with its own back-off. A fault is tried once at the start: only new code cures it."""
        now = time.monotonic()
        present = dict(self.engine.held)
        self._next_try = {subject: due for subject, due in self._next_try.items() if subject in present}
        for subject, held in present.items():
            due, pause = self._next_try.get(subject, (0.0, _FIRST_REPAIR))
            if now >= due:
                again = _LAST_REPAIR * 10 if held.reason == "fault" else pause
                self._next_try[subject] = (now + again, min(pause * 2, _LAST_REPAIR))
                await self.mend(held)

    async def mend(self, held: Held) -> str:
        """Fetch what a held subject misses and fold it; why it is still held, or nothing. Raises what fetch raises."""
        stored = await asyncio.to_thread(self._fetch, held.subject, held.version - 1)
        reason = await self.feed.work(self.engine.mend, held, stored)
        if not reason:
            self.feed.moved(frozenset({held.partition}))
        return reason

    def serves(self, row: BuildRow) -> None:
        """Learn what another instance did to this build."""
        if row != self.engine.row:
            self.engine.row = row


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do this again and again. What fails is infrastructure or another instance: it is tried again."""
    while True:
        try:
            await work()
        except (Fenced, BuildChanged) as other:
            logger.warning("thrown-away", work=work.__name__, what=str(other))
        except (psycopg.Error, OSError, KafkaError) as error:
            logger.warning("put-off", work=work.__name__, error=repr(error))
        except Exception as error:
            logger.error("put-off", work=work.__name__, exc_info=error)
        await asyncio.sleep(seconds)
