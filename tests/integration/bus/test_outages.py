"""Killed, frozen, wiped: the figures equal a plain fold of the log."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.integration.bus.consumer_process import FREEZE
from tests.integration.bus.stage import Broker, Process, only_relay, processes, stage, until
from tests.integration.bus.test_relay import some
from tests.integration.bus.world import Log


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path / "kafka")
    made.directory.mkdir()
    made.start()
    yield made
    made.stop()


async def test_kafka_killed_and_then_wiped_while_everything_runs(database: str, broker: Broker) -> None:
    log = Log.make(database)
    log.count(some(2_000))
    async with stage(log, broker.bootstrap) as shown:
        await shown.settled()
        broker.kill()
        log.count(some(500, seed=2))
        broker.start()
        await shown.settled()
        assert shown.shown() == log.totals()
        broker.kill()
        broker.wipe()
        log.count(some(500, seed=3))
        broker.start()
        await shown.settled()
        assert shown.shown() == log.totals()


async def test_kafka_wiped_while_everything_is_stopped(database: str, broker: Broker) -> None:
    log = Log.make(database)
    log.count(some(2_000))
    async with stage(log, broker.bootstrap) as shown:
        await shown.settled()
        before = shown.shown()
    broker.kill()
    broker.wipe()
    broker.start()
    async with stage(log, broker.bootstrap) as shown:
        log.count(some(100, seed=5))
        await shown.settled()
        assert shown.shown() == log.totals() != before


async def test_commits_that_the_database_lost_come_again_while_nothing_new_does(
    database: str, kafka_bootstrap: list[str]
) -> None:
    """A projection does not wait for the disk: a database that falls may be behind it when it is back."""
    log = Log.make(database)
    log.count(some(200))
    async with stage(log, kafka_bootstrap) as shown:
        await shown.settled()
        with psycopg.connect(log.dsn) as lost:
            lost.execute("create table kept_place as select * from place")
            lost.execute("create table kept_total as select * from total_b1")
        log.count(some(50, seed=2))
        await shown.settled()
        with psycopg.connect(log.dsn) as lost:
            lost.execute("truncate place, total_b1")
            lost.execute("insert into place select * from kept_place")
            lost.execute("insert into total_b1 select * from kept_total")
        await shown.settled()
        assert shown.shown() == log.totals()


async def test_a_consumer_killed_again_and_again(database: str, kafka_bootstrap: list[str], tmp_path: Path) -> None:
    log, choose = Log.make(database), random.Random(7)
    async with stage(log, kafka_bootstrap) as shown:
        await shown.settled()
    tmp = [tmp_path / f"consumer-{number}.log" for number in range(4)]
    with processes() as started:
        async with stage(log, kafka_bootstrap) as shown:
            for output in tmp:
                started.append(Process(log, kafka_bootstrap, output))
                base = log.rows("select coalesce(sum(position), 0) from place")[0][0]
                log.count(some(3_000, seed=choose.randrange(1_000)))

                async def moved(base: int = base) -> bool:
                    return bool(log.rows("select coalesce(sum(position), 0) > %s from place", (base,))[0][0])

                await until(moved, "some progress")
                started[-1].kill()
            await shown.settled()
            assert shown.shown() == log.totals()


async def test_a_frozen_consumer_is_fenced_when_it_wakes(
    database: str, kafka_bootstrap: list[str], tmp_path: Path
) -> None:
    log = Log.make(database)
    log.count(some(200))
    async with stage(log, kafka_bootstrap) as shown:
        await shown.settled()
    with processes() as started:
        frozen = Process(log, kafka_bootstrap, tmp_path / "frozen.log", freeze=True)
        started.append(frozen)
        async with only_relay(log, kafka_bootstrap):
            log.count([("cnt-1", FREEZE)])

            async def is_frozen() -> bool:
                return frozen.stopped

            await until(is_frozen, "the freeze")
            async with stage(log, kafka_bootstrap, relay=False) as shown:
                log.count(some(100, seed=9))
                await shown.settled()
                frozen.go_on()

                async def was_fenced() -> bool:
                    return frozen.said("fenced") == 1

                await until(was_fenced, "the fence")
                log.count(some(100, seed=11))
                await shown.settled()
                assert shown.shown() == log.totals()
                assert frozen.said("fenced") == 1
