"""The relay on real servers: same bytes, in order, in a chain, whatever happens to the topic."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.integration.bus.stage import delete_topic, everything_on, produce, until
from tests.integration.bus.world import Log
from xianfeng.bus.headers import chain_of
from xianfeng.bus.relay import Relay
from xianfeng.bus.topics import Topic, ensure_topics
from xianfeng.failure import StartFailure


def relay_of(log: Log, bootstrap: list[str]) -> Relay:
    return Relay(log.dsn, log.name, bootstrap, [log.topic], lambda kind: log.topic)


def some(count: int, seed: int = 1) -> list[tuple[str, int]]:
    choose = random.Random(seed)
    return [(f"cnt-{choose.randrange(200)}", choose.randrange(1, 9)) for _ in range(count)]


async def sent(relay: Relay) -> None:
    async def all_of_it() -> bool:
        status = await relay.status()
        return status.head > 0 and status.position == status.head

    await until(all_of_it, "everything sent")


async def assert_complete(log: Log, bootstrap: list[str]) -> None:
    """Every partition holds a chain with exactly the log's bytes; strays and repeats are passed over."""
    places = dict.fromkeys(range(log.topic.partitions), 0)
    taken: dict[int, bytes] = {}
    for record in await everything_on(bootstrap, log.topic.name, log.topic.partitions):
        chain = chain_of(record.headers)
        if chain and chain[1] == places[record.partition]:
            assert record.partition == log.topic.partition_of(record.key.decode())
            places[record.partition], taken[chain[0]] = chain[0], record.value
    rows = log.rows("select notification_id, state from demo_events")
    assert taken == {position: bytes(raw) for position, raw in rows}


async def test_sends_the_same_bytes_in_a_chain_and_again_when_the_topic_is_deleted(
    database: str, kafka_bootstrap: list[str]
) -> None:
    log = Log.make(database)
    log.count(some(3_000))
    relay = relay_of(log, kafka_bootstrap)
    task = asyncio.create_task(relay.run())
    try:
        await sent(relay)
        await assert_complete(log, kafka_bootstrap)
        await delete_topic(kafka_bootstrap, log.topic.name)
        log.count(some(10, seed=2))

        async def complete() -> bool:
            try:
                await assert_complete(log, kafka_bootstrap)
            except Exception:
                return False
            return True

        await until(complete, "the topic filled again", 40)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_stand_by_leads_when_the_leader_is_gone(database: str, kafka_bootstrap: list[str]) -> None:
    log = Log.make(database)
    first, second = relay_of(log, kafka_bootstrap), relay_of(log, kafka_bootstrap)
    tasks = [asyncio.create_task(first.run())]
    try:
        log.count(some(500))
        await sent(first)
        tasks.append(asyncio.create_task(second.run()))
        foreign = [{"value": b"{", "headers": [("position", b"999999999"), ("after", b"0")]}]
        await produce(kafka_bootstrap, log.topic.name, 3, foreign)
        tasks[0].cancel()
        await asyncio.gather(tasks[0], return_exceptions=True)
        log.count(some(500, seed=3))
        await sent(second)
        assert (await second.status()).leading
        assert not (await first.status()).leading
        await assert_complete(log, kafka_bootstrap)
        assert len(await everything_on(kafka_bootstrap, log.topic.name, 12)) == 1_001
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_refuses_another_number_of_partitions(kafka_bootstrap: list[str]) -> None:
    await ensure_topics(kafka_bootstrap, [Topic("xianfeng.seven.v1", 7)])
    with pytest.raises(StartFailure, match="7 个分区，应为 12 个"):
        await ensure_topics(kafka_bootstrap, [Topic("xianfeng.seven.v1")])
