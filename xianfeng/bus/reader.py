"""Reads one partition straight from its broker: for a build that has all of it before it.

The group's consumer makes an object of eleven fields of each record, and asks for more of one partition only when it
has handed over what it has of the others. Here is made what is used, and the broker is asked at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import structlog
from aiokafka import AIOKafkaClient, TopicPartition
from aiokafka.errors import CorruptRecordException, KafkaError, NodeNotReadyError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.memory_records import MemoryRecords

__all__ = ["Read", "Reader", "unpacked"]

_BYTES = 8_000_000
_WAIT_MS = 100
_ANY_COMMITTED = 0

logger = structlog.get_logger(__name__)


class Read(msgspec.Struct, frozen=True, gc=False):
    """A record, a `Delivered` of few fields."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


class Reader:
    """Connects when it is first asked, and leaves when it has read a partition to its end."""

    def __init__(self, bootstrap: list[str], topic: str) -> None:
        self._bootstrap, self._topic = bootstrap, topic
        self._client: AIOKafkaClient | None = None

    async def read(self, partition: int, offset: int) -> list[Read]:
        """The records of one answer from this offset on; none at the end, or while the broker does not answer."""
        try:
            end, found = await self._fetch(partition, offset)
        except (KafkaError, OSError, TimeoutError) as error:
            # The group's consumer is there as well: it waits, asks again and goes to whoever leads now.
            logger.warning("partition-not-read", topic=self._topic, partition=partition, error=repr(error))
            await self.close()
            return []
        if not found or found[-1].offset + 1 >= end:
            await self.close()
        return found

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _fetch(self, partition: int, offset: int) -> tuple[int, list[Read]]:
        """The end of the partition, and records from this offset on."""
        client = await self._connected()
        leader = client.cluster.leader_for_partition(TopicPartition(self._topic, partition))
        if leader is None or leader < 0:
            raise NodeNotReadyError(f"{self._topic} {partition} has no leader")
        wanted = [(self._topic, [(partition, offset, _BYTES)])]
        answer = await client.send(leader, FetchRequest(_WAIT_MS, 1, _BYTES, _ANY_COMMITTED, wanted, rack_id=""))
        [(_, [(_, code, end, *_, batches)])] = answer.topics
        if code:
            raise for_code(code)(f"{self._topic} {partition} from {offset}")
        return end, list(unpacked(partition, offset, batches))

    async def _connected(self) -> AIOKafkaClient:
        if self._client is None:
            self._client = AIOKafkaClient(bootstrap_servers=self._bootstrap, request_timeout_ms=10_000)
            await self._client.bootstrap()
            await self._client.set_topics([self._topic])
        return self._client


def unpacked(partition: int, offset: int, batches: bytes) -> Iterator[Read]:
    """What the batches of an answer hold from this offset on. Raises CorruptRecordException."""
    memory: Any = MemoryRecords(batches)
    while memory.has_next():
        batch = memory.next_batch()
        if not batch.validate_crc():
            raise CorruptRecordException(f"partition {partition}, a batch after {offset}")
        if batch.is_control_batch:
            continue
        for one in batch:
            if one.offset >= offset:
                yield Read(partition, one.offset, one.timestamp, one.key, one.value, one.headers)
