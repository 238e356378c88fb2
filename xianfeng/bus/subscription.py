"""A FastStream batch subscriber that hands over raw records and never acknowledges: the place is ours."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaMessage

from xianfeng.bus.delivered import Delivered
from xianfeng.bus.reader import Reader

__all__ = ["HEARTBEAT_SECONDS", "Batch", "Subscription"]

HEARTBEAT_SECONDS = 1.0
_LIVE_RECORDS = 2_000
_MUCH = 100_000
_LONGEST_STOP = 5.0

logger = structlog.get_logger(__name__)

Batch = tuple[ConsumerRecord, ...]


class _Listener(ConsumerRebalanceListener):
    def __init__(self, assigned: Callable[[set[int]], Awaitable[None]], revoked: Callable[[set[int]], Awaitable[None]]):
        self._assigned, self._revoked = assigned, revoked

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self._assigned({partition.partition for partition in assigned})

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._revoked({partition.partition for partition in revoked})


class Subscription:
    """One group on one topic. `handle` gets the batches one by one; `assigned` and `revoked` get partitions."""

    def __init__(
        self,
        bootstrap: list[str],
        topic: str,
        group: str,
        *,
        gather: float,
        handle: Callable[[Batch], Awaitable[None]],
        assigned: Callable[[set[int]], Awaitable[None]],
        revoked: Callable[[set[int]], Awaitable[None]],
    ) -> None:
        self.topic = topic
        self._started = False
        self._reader = Reader(bootstrap, topic)
        self._broker = KafkaBroker(
            bootstrap, logger=None, apply_types=False, allow_auto_create_topics=False, consumer_only=True,
            metadata_max_age_ms=3_000, request_timeout_ms=10_000, graceful_timeout=2.0,
        )  # fmt: skip
        self._subscriber = self._broker.subscriber(
            topic, batch=True, max_records=_LIVE_RECORDS, batch_timeout_ms=10, group_id=group,
            auto_offset_reset="earliest", ack_policy=AckPolicy.MANUAL, listener=_Listener(assigned, revoked),
            parser=_parse, decoder=_decode, session_timeout_ms=3_000,
            heartbeat_interval_ms=int(HEARTBEAT_SECONDS * 1_000), max_partition_fetch_bytes=4_000_000,
            fetch_max_bytes=20_000_000,
            # The broker answers at once, or once there is much or the time is over: an answer costs, whatever it holds.
            fetch_min_bytes=_MUCH if gather else 1, fetch_max_wait_ms=int(gather * 1_000) or 500,
        )  # fmt: skip
        self._subscriber(handle)

    async def start(self) -> None:
        """Join the group. Raises KafkaError while the bus is away."""
        await self._broker.start()
        self._started = True

    async def stop(self) -> None:
        """Leave the group; not for ever while the bus is away."""
        self._started = False
        try:
            async with asyncio.timeout(_LONGEST_STOP):
                self._reader.close()
                await self._broker.stop()
        except TimeoutError:
            logger.warning("subscription-abandoned", topic=self.topic)
        # Each that stopped before was a ring of objects, and holds some ten megabytes that it had fetched.
        gc.collect()

    @property
    def consumer(self) -> AIOKafkaConsumer | None:
        return self._subscriber.consumer

    @property
    def partitions(self) -> set[int]:
        """What the group has given to this member."""
        consumer = self.consumer
        return {partition.partition for partition in consumer.assignment()} if consumer is not None else set()

    def seek(self, partition: int, offset: int) -> None:
        consumer = self.consumer
        wanted = TopicPartition(self.topic, partition)
        if consumer is not None and wanted in consumer.assignment():
            consumer.seek(wanted, offset)

    async def more(self, limit: int, milliseconds: int, partition: int | None = None) -> Sequence[Delivered]:
        """Whatever else arrives within so long, of one partition or of all; `resume` when no more of one is wanted."""
        consumer = self.consumer
        if consumer is None:
            return []
        wanted = [p for p in consumer.assignment() if partition in (None, p.partition)]
        if not wanted:
            return []
        if partition is not None:
            if found := await self._directly(consumer, wanted[0], limit):
                return found
            self.resume(partition)
        more = await consumer.getmany(*wanted, timeout_ms=milliseconds, max_records=limit)
        return [record for records in more.values() for record in records]

    async def _directly(self, consumer: AIOKafkaConsumer, wanted: TopicPartition, limit: int) -> Sequence[Delivered]:
        """What the broker has of a partition that is known to go on; the consumer goes on behind it, once resumed."""
        start = await consumer.position(wanted)
        if start >= (consumer.highwater(wanted) or 0):
            return []
        # It would fetch the same again and again, to throw it away at each seek.
        consumer.pause(wanted)
        found = (await self._reader.read(wanted.partition, start))[:limit]
        if not found or wanted not in consumer.assignment() or await consumer.position(wanted) != start:
            return []
        consumer.seek(wanted, found[-1].offset + 1)
        return found

    def resume(self, partition: int) -> None:
        """Let the consumer fetch a partition again, of which enough was read directly."""
        consumer = self.consumer
        wanted = TopicPartition(self.topic, partition)
        if consumer is not None and wanted in consumer.assignment():
            consumer.resume(wanted)

    def end(self, partition: int) -> int:
        """The offset behind the last record of a partition, as the last fetch saw it; 0 when none did."""
        consumer = self.consumer
        wanted = TopicPartition(self.topic, partition)
        if consumer is None or wanted not in consumer.assignment():
            return 0
        return consumer.highwater(wanted) or 0

    async def ends(self, partitions: int) -> dict[int, int]:
        """The offset that the next record of each partition will get; empty before the start."""
        consumer = self.consumer
        if consumer is None or not self._started:
            return {}
        wanted = [TopicPartition(self.topic, partition) for partition in range(partitions)]
        return {found.partition: end for found, end in (await consumer.end_offsets(wanted)).items()}


async def _parse(batch: Any) -> KafkaMessage:
    return KafkaMessage(
        body=b"", headers={}, batch_headers=[], reply_to="", content_type=None, message_id="", correlation_id="",
        raw_message=batch, path={}, consumer=None,  # type: ignore[arg-type]
    )  # fmt: skip


async def _decode(message: Any) -> Any:
    return message.raw_message
