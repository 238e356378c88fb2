"""Feeds one build from its topic: collects batches beside the fold, retries for ever, and seeks at a hole."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
import structlog
from aiokafka.errors import KafkaError

from xianfeng.bus.delivered import Delivered, partitions_of
from xianfeng.bus.engine import BuildChanged, Engine, Fenced, Hole, Outcome
from xianfeng.bus.subscription import HEARTBEAT_SECONDS, Batch, Subscription
from xianfeng.bus.topics import PARTITIONS, Topic, ensure_topics
from xianfeng.collector import Rest
from xianfeng.words import say

__all__ = ["Feed"]

_LARGE, _LARGE_SERVING = 100_000, 5_000
_NOTHING_NEW_MS, _FETCHING_MS = 20, 500
# A batch costs much the same whether it holds one record or fifty: after a small one, time for more to come, as
# long as the one before it took, so that commands beside it keep half of a busy machine.
_FEW = 200
_SHORTEST_REST, _LONGEST_REST = 0.01, 0.05
# Many are the beginning of more: an import, a ledger. Whatever makes them has the processor first. The relay sends
# many in rounds, with half a second between them: a look at what came spans one.
_MANY = 1_000
_PATIENCE, _LONGEST_PATIENCE = 0.9, 8.0
_LONGEST_PAUSE = 5.0
_LOOK_AGAIN = 15.0

T = TypeVar("T")
logger = structlog.get_logger(__name__)


class Feed:
    """`changed` is called on the loop after each commit, with the partitions that moved.

    `error` says why a batch does not go through, `away` why the bus does not answer; empty while they do.
    """

    def __init__(self, engine: Engine, bootstrap: list[str], changed: Callable[[frozenset[int]], None]) -> None:
        self.engine = engine
        self.error = ""
        self.away = ""
        self.waiting_at_hole: dict[int, float] = {}
        self.rest = Rest()
        self.progressed = time.monotonic()
        self._changed, self._bootstrap = changed, bootstrap
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=f"{engine.projection.name}-{engine.row.number}")
        self._settling: asyncio.Task[None] | None = None
        self._took = 0.0
        self._behind = False
        self._sought: dict[int, tuple[int, int]] = {}
        self.subscription = Subscription(
            bootstrap, engine.projection.topic, f"{engine.projection.name}.b{engine.row.number}",
            gather=engine.projection.gather, handle=self._handle, assigned=self._assigned, revoked=self._revoked,
        )  # fmt: skip

    async def work(self, call: Callable[..., T], *arguments: Any) -> T:
        """Run on the build's thread, after what is running there."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, call, *arguments)

    async def start(self) -> None:
        """Join the group, however long the bus is away. Raises StartFailure when the topic is not as it must be.

        The topic is created when it is missing: the client asks for one that does not exist without a pause.
        """
        pause = 0.2
        while True:
            try:
                await self.ensure_topic()
                return await self.subscription.start()
            except (KafkaError, OSError, TimeoutError) as error:
                self.away = say("bus.bus-away", error=type(error).__name__)
                await self.subscription.stop()
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def ensure_topic(self) -> None:
        await ensure_topics(self._bootstrap, [Topic(self.subscription.topic)])

    async def stop(self) -> None:
        try:
            await self.subscription.stop()
        finally:
            self.rest.close()
        if self._settling is not None:
            self._settling.cancel()
        await self.work(self.engine.reset)
        self._worker.shutdown(wait=False)

    async def _assigned(self, partitions: set[int]) -> None:
        try:
            places = await self.work(self.engine.open, partitions)
        except (psycopg.Error, OSError) as error:
            # Reading from the beginning is right too, and the rule skips what is there already.
            logger.warning("places-unknown", error=repr(error))
            await self.work(self.engine.reset)
            return
        for partition, place in places.items():
            self.subscription.seek(partition, place.next_offset)

    async def _revoked(self, partitions: set[int]) -> None:
        await self.work(self.engine.forget, partitions)
        for partition in partitions:
            self._sought.pop(partition, None)
            self.waiting_at_hole.pop(partition, None)

    async def _handle(self, batch: Batch) -> None:
        """Collect the next batch while the one before is folded and written."""
        records: list[Delivered] = list(batch)
        if self._catching_up(len(batch)):
            self.rest.a_while()
            if self.engine.row.state == "serving":
                if not self._behind:
                    await self._let_come()
                await self._collect(records, _LARGE_SERVING)
                self._behind = len(records) >= _LARGE_SERVING
            else:
                await self._collect(records, _LARGE, records[-1].partition)
        if self._settling is not None:
            await self._settling
        self._settling = asyncio.create_task(self._settle(records))
        if len(records) < _FEW:
            await asyncio.sleep(min(max(_SHORTEST_REST, self._took), _LONGEST_REST))

    async def _let_come(self) -> None:
        """Wait while many more come: a few large batches cost a third of many small ones.

        Whoever left some behind has waited long enough: then what is there is taken until all of it is.
        """
        until, before = time.monotonic() + _LONGEST_PATIENCE, -_FEW
        while time.monotonic() < until:
            try:
                async with asyncio.timeout(_LONGEST_PATIENCE):
                    now = sum((await self.subscription.ends(PARTITIONS)).values())
            except (KafkaError, TimeoutError):
                return
            if now - before < _FEW:
                return
            before = now
            await asyncio.sleep(_PATIENCE)

    async def _collect(self, records: list[Delivered], most: int, partition: int | None = None) -> None:
        """Whatever else is there, of all partitions, or of one: its subjects come together, and are written once."""
        try:
            while len(records) < most:
                more_is_there = partition is not None and records[-1].offset + 1 < self.subscription.end(partition)
                waits = _FETCHING_MS if more_is_there else _NOTHING_NEW_MS
                more = await self.subscription.more(most - len(records), waits, partition)
                if not more:
                    break
                records.extend(more)
        finally:
            if partition is not None:
                self.subscription.resume(partition)

    def _catching_up(self, size: int) -> bool:
        lean = self.engine.row.state == "building" and not all(p.assessed for p in self.engine.places.values())
        return lean or size >= _MANY

    async def _settle(self, batch: Sequence[Delivered]) -> None:
        """Take a batch, however long it takes: what leaves the engine as an error is infrastructure."""
        pause, began = 0.1, time.monotonic()
        while True:
            assigned = self.subscription.partitions
            gone = partitions_of(batch) - assigned
            records = [record for record in batch if record.partition not in gone] if gone else batch
            try:
                outcome = await self.work(self.engine.process, records, self._doubted()) if records else Outcome()
                break
            except (Fenced, BuildChanged) as other:
                await self._throw_away(other)
                return
            except Exception as error:
                self._failed(error)
                await self.work(self.engine.reset)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        self.error, self._took = "", time.monotonic() - began
        self._settled(outcome)

    def _failed(self, error: Exception) -> None:
        key = "bus.database-away" if isinstance(error, psycopg.OperationalError) else "bus.batch-failed"
        self.error = say(key, error=f"{type(error).__name__}")
        logger.error("batch-failed", projection=self.engine.projection.name, exc_info=error)

    async def _throw_away(self, reason: Fenced | BuildChanged) -> None:
        """Another instance was here: drop the batch, and let the group say whose partitions these are."""
        if isinstance(reason, Fenced):
            self.engine.fenced += 1
            logger.warning("fenced", projection=self.engine.projection.name, what=str(reason))
        # What failed before is the other's now: no batch of ours may come that would clear it.
        self.error = ""
        await self.work(self.engine.reset)
        await asyncio.sleep(HEARTBEAT_SECONDS * 1.5)
        await self._assigned(self.subscription.partitions)

    async def begin_again(self) -> None:
        """Forget what memory holds, and read on from where the database says that this build stands."""
        await self.work(self.engine.reset)
        await self._assigned(self.subscription.partitions)

    def _settled(self, outcome: Outcome) -> None:
        for partition in outcome.moved:
            self._sought.pop(partition, None)
            self.waiting_at_hole.pop(partition, None)
        for partition, hole in outcome.holes.items():
            self._look_for(partition, hole)
        if outcome.moved:
            self.moved(outcome.moved)

    def _doubted(self) -> set[int]:
        return {partition for partition, (step, _) in self._sought.items() if step == 2}

    def moved(self, partitions: frozenset[int]) -> None:
        self.progressed = time.monotonic()
        self._changed(partitions)

    def _look_for(self, partition: int, hole: Hole) -> None:
        """First at the place, then from the beginning of the partition, then wait for the relay."""
        step, last = self._sought.get(partition, (0, 0))
        now = time.monotonic()
        if step == 1 and hole.first > last:
            # This batch was collected before the seek.
            return
        if step == 2 and now - self.waiting_at_hole.setdefault(partition, now) < _LOOK_AGAIN:
            return
        self.waiting_at_hole.pop(partition, None)
        logger.warning("hole", projection=self.engine.projection.name, partition=partition, step=step)
        self.subscription.seek(partition, hole.seek if step == 0 else 0)
        self._sought[partition] = (min(step + 1, 2), hole.last)
