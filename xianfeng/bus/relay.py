"""The relay: copies a service's event log to its topics, in the log's order, as the same bytes.

One leads at a time. Two records are never unacknowledged on one partition out of turn: batches go out in rounds.
What was acknowledged is saved afterwards; on every start and reconnect the bus is asked what it still has, and what
is missing there is sent again before anything new. The bus holds nothing that cannot be made again from the log.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack

import psycopg
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from xianfeng.bus.headers import headers_for
from xianfeng.bus.relay_log import CHUNK, Lane, Line, RelayLog, Saved
from xianfeng.bus.relay_status import RelayStatus, StatusKeeper
from xianfeng.bus.relay_tails import Course, compare, ends
from xianfeng.bus.topics import LARGEST_RECORD, Topic, ensure_topics

__all__ = ["Relay", "RelayStatus", "TopicMadeAnew"]

_ANSWER = 10.0
_SHORTEST_PAUSE = 0.2
_LOOK = 1.0
# After each turn wait for more, as long as it took: it costs four trips, whatever it carries. Not while much waits.
_SHORTEST_REST, _LONGEST_REST = 0.01, 0.05
# Many are the beginning of more: an import. A few large rounds cost half of many small ones.
_MANY, _REST_OF_MANY = 500, 0.5
_LONGEST_PAUSE = 5.0

logger = structlog.get_logger(__name__)


class TopicMadeAnew(RuntimeError):
    """The bus has fewer records than it had acknowledged."""


class Relay:
    """Runs until cancelled. `topic_of` says on which topic an event's type goes; `topics` are all of them."""

    def __init__(
        self, dsn: str, name: str, bootstrap: list[str], topics: Sequence[Topic], topic_of: Callable[[str], Topic]
    ) -> None:
        self._dsn, self._name, self._bootstrap = dsn, name, bootstrap
        self._topics, self._topic_of = topics, topic_of
        self._lanes = [Lane(topic.name, partition) for topic in topics for partition in range(topic.partitions)]
        self._status = StatusKeeper(dsn, name)

    async def status(self) -> RelayStatus:
        """What an operator sees. Raises psycopg.Error while the database is away."""
        return await self._status.read()

    async def run(self) -> None:
        """Lead, or stand by; whatever is lost is tried again with back-off.

        Raises StartFailure when a topic has another number of partitions.
        """
        pause = _SHORTEST_PAUSE
        while True:
            began = time.monotonic()
            try:
                await self._serve()
            except (KafkaError, psycopg.Error, OSError, TimeoutError, TopicMadeAnew) as error:
                logger.warning("relay-interrupted", name=self._name, error=repr(error))
                self._status.interrupted(error)
            pause = _SHORTEST_PAUSE if time.monotonic() - began > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _serve(self) -> None:
        async with RelayLog.open(self._dsn, self._name, self._topic_of) as log:
            await log.lead()
            try:
                await self._lead(log)
            finally:
                self._status.leading = False

    async def _lead(self, log: RelayLog) -> None:
        async with AsyncExitStack() as stack:
            await ensure_topics(self._bootstrap, self._topics)
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self._bootstrap, enable_auto_commit=False, auto_offset_reset="earliest",
                request_timeout_ms=10_000, metadata_max_age_ms=3_000,
            )  # fmt: skip
            stack.push_async_callback(consumer.stop)
            await consumer.start()
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap, acks="all", enable_idempotence=True, request_timeout_ms=10_000,
                max_batch_size=LARGEST_RECORD // 2, max_request_size=LARGEST_RECORD, metadata_max_age_ms=3_000,
            )  # fmt: skip
            stack.push_async_callback(_stop, producer)
            await producer.start()
            course = await compare(consumer, log, self._lanes, await log.saved())
            self._status.led()
            logger.info("relay-leads", name=self._name, position=course.position)
            await self._follow(log, consumer, producer, course)

    async def _follow(
        self, log: RelayLog, consumer: AIOKafkaConsumer, producer: AIOKafkaProducer, course: Course
    ) -> None:
        looked = time.monotonic()
        while True:
            began = time.monotonic()
            lines = await log.after(course.position)
            if lines:
                await self._send(log, producer, course, lines)
                await log.save(_saved(course, {line.lane for line in lines}))
                await asyncio.sleep(_rest(len(lines), time.monotonic() - began))
            else:
                await log.wait(_LOOK)
            self._status.sent(course.position)
            if time.monotonic() - looked > _LOOK * 3:
                _refuse_anew(course, await ends(consumer, self._lanes))
                looked = time.monotonic()

    async def _send(self, log: RelayLog, producer: AIOKafkaProducer, course: Course, lines: Sequence[Line]) -> None:
        waiting: dict[Lane, deque[tuple[Line, int]]] = {}
        for line in lines:
            if line.position > course.sent[line.lane]:
                waiting.setdefault(line.lane, deque()).append((line, course.tails[line.lane]))
            course.tails[line.lane] = line.position
        while waiting:
            with self._status.waiting():
                async with asyncio.timeout(_ANSWER):
                    await _round(producer, course, waiting)
            waiting = {lane: rest for lane, rest in waiting.items() if rest}
            if waiting:
                await log.keep()
        course.position = lines[-1].position


async def _round(producer: AIOKafkaProducer, course: Course, waiting: Mapping[Lane, deque[tuple[Line, int]]]) -> None:
    """One batch on each partition, all acknowledged before the next round."""
    now = time.time_ns() // 1_000_000
    answers = []
    for lane, rest in waiting.items():
        batch, count = producer.create_batch(), 0
        while rest:
            line, after = rest[0]
            headers = headers_for(line.position, after)
            if batch.append(timestamp=now, key=line.key, value=line.raw, headers=headers) is None:
                break
            rest.popleft()
            count += 1
        if not count:
            raise KafkaError(f"event at position {rest[0][0].position} is larger than {LARGEST_RECORD // 2} bytes")
        batch.close()
        answers.append((lane, count, await producer.send_batch(batch, lane.topic, partition=lane.partition)))
    for lane, count, answer in answers:
        offset = (await answer).offset
        if offset < course.next_offset[lane]:
            raise TopicMadeAnew(f"{lane}: offset {offset} where {course.next_offset[lane]} was expected")
        course.next_offset[lane] = offset + count


def _rest(sent: int, took: float) -> float:
    """Seconds to wait for more after a turn that sent so many and took so long."""
    if sent >= CHUNK:
        return 0.0
    return _REST_OF_MANY if sent >= _MANY else min(max(_SHORTEST_REST, took), _LONGEST_REST)


def _saved(course: Course, lanes: set[Lane]) -> dict[Lane, Saved]:
    return {lane: Saved(course.tails[lane], course.next_offset[lane]) for lane in lanes}


def _refuse_anew(course: Course, found: Mapping[Lane, int]) -> None:
    for lane, end in found.items():
        if end < course.next_offset[lane]:
            raise TopicMadeAnew(f"{lane}: ends at {end} where {course.next_offset[lane]} was expected")


async def _stop(producer: AIOKafkaProducer) -> None:
    """Stopping waits for unacknowledged batches, for ever while the bus is away: give up in time."""
    try:
        async with asyncio.timeout(2.0):
            await producer.stop()
    except TimeoutError:
        logger.warning("relay-producer-abandoned")
