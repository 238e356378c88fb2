"""A partition that goes on is read straight from its broker, and the group's consumer goes on behind it."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from tests.integration.bus.stage import produce, until
from xianfeng.bus.delivered import Delivered
from xianfeng.bus.reader import Reader
from xianfeng.bus.subscription import Batch, Subscription
from xianfeng.bus.topics import Topic, ensure_topics

MANY = 6_000


async def filled(bootstrap: list[str]) -> str:
    """A topic with MANY records on partition 3."""
    topic = f"test.reader.{uuid4().hex}"
    await ensure_topics(bootstrap, [Topic(topic)])
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        for n in range(MANY):
            await producer.send(topic, b"%d" % n, partition=3, key=b"key", headers=[("n", b"%d" % n)])
    finally:
        await producer.stop()
    return topic


async def test_each_record_comes_once_and_in_order_whoever_reads_it(kafka_bootstrap: list[str]) -> None:
    topic = await filled(kafka_bootstrap)
    came: list[Delivered] = []
    took: list[int] = []

    async def handle(batch: Batch) -> None:
        came.extend(batch)
        while more := await subscription.more(MANY, 20, batch[-1].partition):
            took.append(len(more))
            came.extend(more)

    async def nothing(partitions: set[int]) -> None:
        """Places are not what this is about."""

    subscription = Subscription(
        kafka_bootstrap, topic, f"{topic}.group", gather=0.0, handle=handle, assigned=nothing, revoked=nothing
    )
    await subscription.start()
    try:
        await until(lambda: arrived(came, MANY), "every record")
        assert max(took) > MANY // 2, "the first answer to a straight question holds all the rest"
        await produce(kafka_bootstrap, topic, 3, [{"value": b"late", "key": b"key"}])
        await until(lambda: arrived(came, MANY + 1), "the record behind them")
    finally:
        await subscription.stop()
    assert [record.offset for record in came] == list(range(MANY + 1))
    assert [record.value for record in came[:MANY]] == [b"%d" % n for n in range(MANY)]
    assert {(record.partition, record.key) for record in came} == {(3, b"key")}
    assert [tuple(record.headers) for record in came[:MANY]] == [(("n", b"%d" % n),) for n in range(MANY)]


async def test_what_a_consumer_had_fetched_is_let_go_when_the_next_one_leaves(kafka_bootstrap: list[str]) -> None:
    topic = await filled(kafka_bootstrap)
    first = await come_and_gone(kafka_bootstrap, topic)
    await come_and_gone(kafka_bootstrap, topic)
    assert first() is None


async def come_and_gone(bootstrap: list[str], topic: str) -> weakref.ref[Any]:
    """The consumer of a subscription that has stopped."""

    async def nothing(_: object) -> None:
        """Neither records nor places are what this is about."""

    subscription = Subscription(
        bootstrap, topic, f"{topic}.group", gather=0.0, handle=nothing, assigned=nothing, revoked=nothing
    )
    await subscription.start()
    try:
        await until(lambda: given(subscription), "partitions of its own")
        return weakref.ref(subscription.consumer)
    finally:
        await subscription.stop()


async def given(subscription: Subscription) -> bool:
    return bool(subscription.partitions)


async def arrived(came: Sequence[Delivered], count: int) -> bool:
    return len(came) >= count


async def test_a_broker_that_is_away_or_lacks_the_partition_leaves_it_to_the_consumer(
    kafka_bootstrap: list[str],
) -> None:
    away, strange = Reader(["127.0.0.1:1"], "test.away"), Reader(kafka_bootstrap, f"test.none.{uuid4().hex}")
    try:
        assert list(await away.read(0, 0)) == []
        assert list(await strange.read(0, 0)) == []
    finally:
        away.close()
        strange.close()
