"""Relay and projection running together in a test, and processes of their own that may be killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from tests.fixtures.servers import free_port, running
from tests.integration.bus.world import Counting, Log
from xianfeng.bus.fetch import from_table
from xianfeng.bus.relay import Relay
from xianfeng.bus.runner import ProjectionRunner
from xianfeng.runtime import kafka

__all__ = [
    "Broker", "Process", "Stage", "delete_topic", "everything_on", "only_relay", "processes", "produce",
    "stage", "until",
]  # fmt: skip


async def until(condition: Callable[[], Awaitable[bool]], what: str, seconds: float = 60.0) -> None:
    """Poll until it holds; fail by name after the deadline."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        await asyncio.sleep(0.02)


class Stage:
    """One log, its relay and its projection, in this process."""

    def __init__(self, log: Log, bootstrap: list[str], make: Callable[[], Counting] | None = None) -> None:
        self.log, self.bootstrap = log, bootstrap
        self.relay = Relay(log.dsn, log.name, bootstrap, [log.topic], lambda kind: log.topic)
        self.runner = ProjectionRunner(
            make or (lambda: Counting(log.topic.name)), log.dsn, bootstrap, log.clock, from_table(log.dsn, log.name)
        )

    async def settled(self, seconds: float = 60.0) -> None:
        """Until the serving build stands at the log's end."""
        await self.runner.wait_for(self.log.ends(), seconds)

    def shown(self, build: int = 1) -> dict[str, int]:
        return dict(self.log.rows(f"select subject, total from total_b{build}"))

    def letters(self) -> list[tuple[str, str, str]]:
        return self.log.rows("select reason, subject, state from dead_letter order by id")  # type: ignore[return-value]

    def held(self) -> list[str]:
        return [row[0] for row in self.log.rows("select subject from held order by 1")]


@asynccontextmanager
async def stage(
    log: Log, bootstrap: list[str], make: Callable[[], Counting] | None = None, *, relay: bool = True
) -> AsyncIterator[Stage]:
    """Run relay and projection until the block ends."""
    made = Stage(log, bootstrap, make)
    tasks = [asyncio.create_task(made.runner.run())]
    if relay:
        tasks.append(asyncio.create_task(made.relay.run()))
    try:
        yield made
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def only_relay(log: Log, bootstrap: list[str]) -> AsyncIterator[Relay]:
    """Run the relay alone until the block ends."""
    relay = Relay(log.dsn, log.name, bootstrap, [log.topic], lambda kind: log.topic)
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def produce(bootstrap: list[str], topic: str, partition: int, records: list[dict[str, object]]) -> None:
    """Put records straight on a topic, as anybody could."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        for record in records:
            await producer.send_and_wait(topic, partition=partition, **record)
    finally:
        await producer.stop()


async def everything_on(bootstrap: list[str], topic: str, partitions: int) -> list[ConsumerRecord]:
    """All records of a topic, partition by partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        lanes = [TopicPartition(topic, partition) for partition in range(partitions)]
        consumer.assign(lanes)
        ends = await consumer.end_offsets(lanes)
        found: list[ConsumerRecord] = []
        while any([await consumer.position(lane) < end for lane, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=100)).values():
                found.extend(records)
        return found
    finally:
        await consumer.stop()


async def delete_topic(bootstrap: list[str], topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([topic])
    finally:
        await admin.close()


class Broker:
    """A Kafka of the test's own, to be killed and wiped."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.port, self.controller = directory, free_port(), free_port()
        self._running = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> list[str]:
        return [f"127.0.0.1:{self.port}"]

    def start(self) -> None:
        kafka.format_storage(self.directory, "xianfeng-tests-00000002", self.port, self.controller)
        command = kafka.broker_command(self.directory)
        log = self.directory / "broker.log"
        self._running = running(command, log, lambda: kafka.answers(self.port))  # type: ignore[assignment]
        self._process = self._running.__enter__()  # type: ignore[attr-defined]

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def wipe(self) -> None:
        shutil.rmtree(self.directory)
        self.directory.mkdir()

    def stop(self) -> None:
        if self._running is not None:
            with suppress(ProcessLookupError):
                self._running.__exit__(None, None, None)  # type: ignore[attr-defined]


class Process:
    """A consumer in a process of its own."""

    def __init__(self, log: Log, bootstrap: list[str], output: Path, *, freeze: bool = False) -> None:
        module = "tests.integration.bus.consumer_process"
        arguments = [log.dsn, log.topic.name, bootstrap[0], "freeze" if freeze else ""]
        self.output = output
        with output.open("wb") as sink:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], stdout=sink, stderr=sink, cwd=Path(__file__).parents[3]
            )

    @property
    def stopped(self) -> bool:
        state = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state in "Tt"

    def go_on(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def said(self, word: str) -> int:
        """How often a log line has this event."""
        return self.output.read_text().count(word)


@contextmanager
def processes() -> Iterator[list[Process]]:
    started: list[Process] = []
    try:
        yield started
    finally:
        for process in started:
            process.kill()
