"""A consumer of coverage is frozen between fold and write while another takes over: it is fenced once when it wakes,
and the figures are those of a plain fold of the log."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from services.coverage.projections import henan
from services.coverage.queries.figures import FigureQueries
from services.coverage.server import prepare_schema as prepare_coverage
from services.registry.events.enterprise import EnterpriseMembersCounted, EnterpriseRegistered
from services.registry.first_fill import fill_units
from services.registry.server import prepare_schema as prepare_registry
from tests.e2e.office import codes
from tests.integration.bus.stage import until
from tests.integration.coverage.consumer_process import FREEZE, on_topic
from tests.integration.registry.running import JIEFANG, MINSHENG, SHANYANG, START, UNITS
from tests.reference import Reference
from xianfeng import bus
from xianfeng.bus.fetch import from_table
from xianfeng.bus.relay import Relay
from xianfeng.bus.runner import ProjectionRunner
from xianfeng.bus.topics import Topic, partition_of
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Data, Event, acting, subject_id
from xianfeng.store.bulk import append
from xianfeng.store.log import read
from xianfeng.store.pool import open_pool
from xianfeng.units import UnitTree

ENTERPRISES = 40
PLACES = (JIEFANG, SHANYANG, MINSHENG)


class Told:
    """Registry's log and coverage's tables in two schemas of a database, and a topic between them."""

    def __init__(self, database: str, bootstrap: list[str]) -> None:
        self.bootstrap, self.clock = bootstrap, ManualClock(START)
        self.topic = Topic(f"xianfeng.test-{uuid4().hex[:12]}.v1")
        self.registry, self.coverage = (_schema(database, name) for name in ("registry", "coverage"))
        prepare_registry(self.registry, bus.MIGRATIONS)
        prepare_coverage(self.coverage)
        with psycopg.connect(self.registry, autocommit=True) as connection:
            fill_units(connection, self.clock, UNITS)
        self._names = dict(zip(codes(8), range(ENTERPRISES), strict=False))
        self._versions: dict[str, int] = {}
        self._chance = random.Random(8)

    def register(self) -> None:
        for code, n in self._names.items():
            self.tell(code, EnterpriseRegistered(code=code, name=f"第{n}物业", unit=PLACES[n % 3]))

    def count(self, formal: int | None = None) -> None:
        """Every enterprise is counted; with `formal` one alone, so."""
        for code in list(self._names)[:1] if formal is not None else self._names:
            found = self._chance.randrange(5) if formal is None else formal
            self.tell(code, EnterpriseMembersCounted(formal=found, probationary=0, elsewhere=0))

    def tell(self, code: str, data: Data) -> None:
        subject = subject_id("ent", code)
        version = self._versions[subject] = self._versions.get(subject, 0) + 1
        with acting(Act("acc-1", "cor-1")), psycopg.connect(self.registry, autocommit=True) as connection:
            append(connection, "registry", [Event.make(subject, version, data, source="/registry", clock=self.clock)])

    def log(self) -> list[Any]:
        with psycopg.connect(self.registry) as connection:
            return read(connection, "registry", after=0, limit=100_000)

    def ends(self) -> dict[int, int]:
        """The last position on each partition."""
        return {
            partition_of(row.subject): row.position for row in self.log() if row.type.partition(".")[0] == "enterprise"
        }

    async def equals_the_plain_fold(self) -> None:
        tree = UnitTree()
        for change in UNITS:
            tree.apply(change)
        reference = Reference(row.raw for row in self.log())
        async with open_pool(self.coverage, read_only=True) as pool:
            for unit in ("410800", "410802", "410811"):
                said = (await FigureQueries(pool, tree, henan()).figures(unit, "")).figures
                wanted = reference.figures(unit, said.day)
                assert said.registered == wanted.registered > 0
                assert {name: n for name, n in said.by_status.items() if n} == wanted.by_status
                assert {name: n for name, n in said.by_duty.items() if n and name} == wanted.by_duty


class Frozen:
    """A consumer in a process of its own."""

    def __init__(self, told: Told, output: Path) -> None:
        self.output = output
        module, project = "tests.integration.coverage.consumer_process", Path(__file__).parents[3]
        arguments = [told.coverage, told.registry, told.topic.name, told.bootstrap[0]]
        with output.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], stdout=sink, stderr=sink, cwd=project
            )

    async def stopped(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        state = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state in "Tt"

    def go_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def fenced(self) -> int:
        return self.output.read_text().count('"event": "fenced"')

    async def was_fenced(self) -> bool:
        return self.fenced() == 1


@contextmanager
def frozen(told: Told, output: Path) -> Iterator[Frozen]:
    made = Frozen(told, output)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()


@asynccontextmanager
async def relaying(told: Told) -> AsyncIterator[None]:
    """Enterprises go to the topic; units are nobody's business here, and go to another."""
    units = Topic(f"{told.topic.name}-units", partitions=1)
    relay = Relay(
        told.registry, "registry", told.bootstrap, (told.topic, units),
        lambda kind: units if kind.startswith("unit.") else told.topic,
    )  # fmt: skip
    async with _running(relay.run()):
        yield


@asynccontextmanager
async def consuming(told: Told) -> AsyncIterator[ProjectionRunner]:
    fetch = from_table(told.registry, "registry")
    runner = ProjectionRunner(lambda: on_topic(told.topic.name), told.coverage, told.bootstrap, told.clock, fetch)
    async with _running(runner.run()):
        yield runner


@asynccontextmanager
async def _running(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _schema(database: str, name: str) -> str:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"create schema {name}".encode())
    return make_conninfo(database, options=f"-c search_path={name}")


async def test_who_wakes_after_another_took_over_is_fenced(
    database: str, kafka_bootstrap: list[str], tmp_path: Path
) -> None:
    told = Told(database, kafka_bootstrap)
    told.register()
    async with relaying(told):
        async with consuming(told) as runner:
            await runner.wait_for(told.ends(), 30)
        with frozen(told, tmp_path / "frozen.log") as consumer:
            told.count()
            told.count(FREEZE)
            await until(consumer.stopped, "the freeze")
            async with consuming(told) as runner:
                told.count()
                await runner.wait_for(told.ends(), 40)
                await told.equals_the_plain_fold()
                consumer.go_on()
                await until(consumer.was_fenced, "the fence")
                told.count()
                await runner.wait_for(told.ends(), 40)
                await told.equals_the_plain_fold()
                assert consumer.fenced() == 1
