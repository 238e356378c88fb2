"""Reads a one-partition topic whole into memory, in every instance, without a group; then follows it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from xianfeng.bus.headers import chain_of
from xianfeng.bus.topics import Topic, ensure_topics

__all__ = ["WholeTopic"]

_POLL_MS = 200
_BATCH = 5_000
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0

logger = structlog.get_logger(__name__)


class WholeTopic:
    """Gives every event to `on_event(position, raw)` once, in the log's order, also when the topic is made anew.

    `on_event` runs on the loop and changes memory alone. What it raises is counted in `faults` and logged: the event
    is passed over. `on_batch` is called after each batch that changed something.
    """

    def __init__(
        self,
        bootstrap: list[str],
        topic: str,
        on_event: Callable[[int, bytes], object],
        on_batch: Callable[[], None] | None = None,
    ) -> None:
        self.position = 0
        self.faults = 0
        self._bootstrap, self._partition = bootstrap, TopicPartition(topic, 0)
        self._on_event, self._on_batch = on_event, on_batch
        self._caught_up = asyncio.Event()
        self._from_beginning = False

    async def caught_up(self) -> None:
        """Wait until everything was read that the topic held at the first look."""
        await self._caught_up.wait()

    @property
    def is_caught_up(self) -> bool:
        return self._caught_up.is_set()

    async def run(self) -> None:
        """Until cancelled; the bus may come and go. Raises StartFailure for a topic of several partitions."""
        pause, before = _SHORTEST_PAUSE, 0
        while True:
            try:
                await self._read()
            except (KafkaError, OSError, TimeoutError) as error:
                logger.warning("whole-topic-interrupted", topic=self._partition.topic, error=repr(error))
            pause = min(pause * 2, _LONGEST_PAUSE) if self.position == before else _SHORTEST_PAUSE
            await asyncio.sleep(pause)
            before = self.position

    async def _read(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap, enable_auto_commit=False, auto_offset_reset="earliest",
            metadata_max_age_ms=3_000, request_timeout_ms=10_000, max_partition_fetch_bytes=4_000_000,
        )  # fmt: skip
        # The client asks for a topic that does not exist without a pause.
        await ensure_topics(self._bootstrap, [Topic(self._partition.topic, 1)])
        await consumer.start()
        try:
            consumer.assign([self._partition])
            consumer.seek(self._partition, 0)
            end = await self._end(consumer)
            while True:
                reached = await self._some(consumer)
                if reached >= end:
                    self._caught_up.set()
        finally:
            await consumer.stop()

    async def _end(self, consumer: AIOKafkaConsumer) -> int:
        """The end of the topic; it may be about to be created."""
        async with asyncio.timeout(5.0):
            found = await consumer.end_offsets([self._partition])
        return int(found[self._partition])

    async def _some(self, consumer: AIOKafkaConsumer) -> int:
        found = await consumer.getmany(self._partition, timeout_ms=_POLL_MS, max_records=_BATCH)
        before = self.position
        for records in found.values():
            if self._take(records):
                consumer.seek(self._partition, 0)
        if self.position != before and self._on_batch is not None:
            self._on_batch()
        return int(await consumer.position(self._partition))

    def _take(self, records: Sequence[ConsumerRecord]) -> bool:
        """Take what fits; True when a hole shows and the topic is to be read from its beginning, once."""
        hole = False
        for record in records:
            chain = chain_of(record.headers)
            if chain is None or record.value is None:
                logger.warning("foreign-record", topic=record.topic, offset=record.offset)
            elif chain[0] > self.position and chain[1] == self.position:
                self._one(chain[0], record.value)
                hole = self._from_beginning = False
            elif chain[0] > self.position:
                hole = True
        again = hole and not self._from_beginning
        self._from_beginning = self._from_beginning or again
        return again

    def _one(self, position: int, raw: bytes) -> None:
        try:
            self._on_event(position, raw)
        except Exception as error:
            self.faults += 1
            logger.error("event-passed-over", topic=self._partition.topic, position=position, exc_info=error)
        self.position = position
