"""Reads one partition straight from its broker: for a build that has all of it before it.

The group's consumer makes an object of eleven fields of each record, and asks for more of one partition only when it
has handed over what it has of the others. Here is made what is used, and the broker is asked at once.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from operator import attrgetter
from typing import Any

import msgspec
import structlog
from aiokafka import AIOKafkaClient, TopicPartition
from aiokafka.errors import CorruptRecordException, KafkaError, NodeNotReadyError, for_code
from aiokafka.protocol.fetch import FetchRequest_v4
from aiokafka.record.memory_records import MemoryRecords

from xianfeng.bus.broker import BrokerConnection

__all__ = ["Read", "Reader", "unpacked"]

_BYTES = 8_000_000
_WAIT_MS = 100
_ANY_COMMITTED, _NO_REPLICA = 0, -1

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
        self._leaders: dict[int, tuple[str, int]] = {}
        self._connections: dict[tuple[str, int], BrokerConnection] = {}

    async def read(self, partition: int, offset: int) -> list[Read]:
        """The records of one answer from this offset on; none at the end, or while the broker does not answer."""
        try:
            leader = await self._leader(partition)
            end, found = await asyncio.to_thread(self._fetch, leader, partition, offset)
        except (KafkaError, OSError, TimeoutError) as error:
            # The group's consumer is there as well: it waits, asks again and goes to whoever leads now.
            logger.warning("partition-not-read", topic=self._topic, partition=partition, error=repr(error))
            self._leaders.clear()
            self.close()
            return []
        if not found or found[-1].offset + 1 >= end:
            self.close()
        return found

    def close(self) -> None:
        while self._connections:
            self._connections.popitem()[1].close()

    def _fetch(self, leader: tuple[str, int], partition: int, offset: int) -> tuple[int, list[Read]]:
        """The end of the partition, and records from this offset on."""
        connection = self._connections.get(leader)
        if connection is None:
            connection = self._connections[leader] = BrokerConnection(*leader)
        wanted = [(self._topic, [(partition, offset, _BYTES)])]
        answer = connection.ask(FetchRequest_v4(_NO_REPLICA, _WAIT_MS, 1, _BYTES, _ANY_COMMITTED, wanted))
        [(_, [(_, code, end, _, _, batches)])] = answer.topics
        if code:
            raise for_code(code)(f"{self._topic} {partition} from {offset}")
        return end, unpacked(partition, offset, batches)

    async def _leader(self, partition: int) -> tuple[str, int]:
        if partition not in self._leaders:
            self._leaders = await self._find_leaders()
        if partition not in self._leaders:
            raise NodeNotReadyError(f"{self._topic} {partition} has no leader")
        return self._leaders[partition]

    async def _find_leaders(self) -> dict[int, tuple[str, int]]:
        """Host and port of who leads each partition of the topic."""
        client = AIOKafkaClient(bootstrap_servers=self._bootstrap, request_timeout_ms=10_000)
        try:
            await client.bootstrap()
            await client.set_topics([self._topic])
            cluster = client.cluster
            leaders = {
                partition: cluster.broker_metadata(cluster.leader_for_partition(TopicPartition(self._topic, partition)))
                for partition in cluster.partitions_for_topic(self._topic) or ()
            }
            return {partition: (found.host, found.port) for partition, found in leaders.items() if found}
        finally:
            await client.close()


def unpacked(partition: int, offset: int, batches: bytes) -> list[Read]:
    """What the batches of an answer hold from this offset on. Raises CorruptRecordException."""
    memory: Any = MemoryRecords(batches)
    found: list[Read] = []
    while memory.has_next():
        batch = memory.next_batch()
        if not batch.validate_crc():
            raise CorruptRecordException(f"partition {partition}, a batch after {offset}")
        if not batch.is_control_batch:
            found += [Read(partition, one.offset, one.timestamp, one.key, one.value, one.headers) for one in batch]
    # An answer begins with the batch that holds the offset.
    before = bisect_left(found, offset, key=attrgetter("offset"))
    return found[before:] if before else found
