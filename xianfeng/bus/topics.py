"""Topics: their names, their partitions, and the one way a subject finds its partition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["LARGEST_RECORD", "PARTITIONS", "Topic", "ensure_topics", "partition_of"]

PARTITIONS = 12
LARGEST_RECORD = 2_000_000
"""Bytes of the largest record or batch a topic takes."""

_COPIES = 3
_FOR_EVER = {"retention.ms": "-1", "retention.bytes": "-1", "max.message.bytes": str(LARGEST_RECORD)}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and its number of partitions, which never changes: another number is a topic `.v2`."""

    name: str
    partitions: int = PARTITIONS

    def partition_of(self, subject: str) -> int:
        return crc32(subject.encode()) % self.partitions


def partition_of(subject: str) -> int:
    """The partition of a subject on every topic of twelve partitions."""
    return crc32(subject.encode()) % PARTITIONS


async def ensure_topics(bootstrap: list[str], topics: Iterable[Topic]) -> None:
    """Create the topics that are missing, kept for ever.

    Raises StartFailure when one has another number of partitions, KafkaError while the cluster is away.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    await admin.start()
    try:
        for topic in topics:
            await _ensure(admin, topic)
    finally:
        await admin.close()


async def _ensure(admin: AIOKafkaAdminClient, topic: Topic) -> None:
    present = {found["topic"]: found for found in await admin.describe_topics()}
    if topic.name in present:
        _refuse_other_partitions(topic, len(present[topic.name]["partitions"]))
        return
    brokers = (await admin.describe_cluster())["brokers"]
    copies = min(_COPIES, len(brokers))
    wanted = NewTopic(topic.name, topic.partitions, replication_factor=copies, topic_configs=_FOR_EVER)
    answer = await admin.create_topics([wanted])
    for name, code, *_ in answer.topic_errors:
        error: type[KafkaError] = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"topic {name} cannot be created")


def _refuse_other_partitions(topic: Topic, found: int) -> None:
    if found != topic.partitions:
        raise StartFailure(say("bus.other-partitions", topic=topic.name, found=found, wanted=topic.partitions))
