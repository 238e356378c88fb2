"""A registry log and coverage's projection over it, driven by hand: facts are told, then folded, then asked about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import grpc
import psycopg
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool

import services.coverage
import xianfeng.bus
from proto.xianfeng.platform.v1.log_pb2_grpc import EventLogStub, add_EventLogServicer_to_server
from services.coverage.projections import CoverageProjection
from services.registry.events import CATALOGUE
from xianfeng.bus.decoder import Decoder
from xianfeng.bus.projection import Build
from xianfeng.bus.topics import partition_of
from xianfeng.clock import SHANGHAI, ManualClock
from xianfeng.event import Act, Data, Event, acting
from xianfeng.store import MIGRATIONS
from xianfeng.store.bell import Bell
from xianfeng.store.bulk import append
from xianfeng.store.log import read
from xianfeng.store.migrate import migrate
from xianfeng.store.servicer import EventLogServicer

BUILD = Build("coverage", 1, 1, building=False, announcing=True)
PARTS = 12


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


class World:
    """`registry` and `coverage` are schemas of one database; `clock` stands until it is moved."""

    def __init__(self, dsn: str, today: date) -> None:
        self.dsn = dsn
        self.clock = ManualClock(at(today))
        self.today = today
        self.registry = self._schema("registry", MIGRATIONS)
        own = Path(services.coverage.__file__).parent / "migrations"
        self.coverage = self._schema("coverage", MIGRATIONS, Path(xianfeng.bus.__file__).parent / "migrations", own)
        self.projection = CoverageProjection(self.clock)
        self._decoder = Decoder(CATALOGUE, self.projection.types)
        self._versions: dict[str, int] = {}
        self._folded = 0
        self._start()

    def conninfo(self, schema: str) -> str:
        return make_conninfo(self.dsn, options=f"-c search_path={schema}")

    def close(self) -> None:
        self.registry.close()
        self.coverage.close()

    def tell(self, subject: str, data: Data, effective: date | str | None = None, actor: str = "acc-1") -> Event:
        """Record one event in registry's log, at the clock's instant."""
        day = date.fromisoformat(effective) if isinstance(effective, str) else effective
        version = self._versions[subject] = self._versions.get(subject, 0) + 1
        with acting(Act(actor, "correlation-1", "", day)):
            event = Event.make(subject, version, data, source="/registry", clock=self.clock)
        append(self.registry, "registry", [event])
        return event

    def fold(self) -> None:
        """Bring the projection to the head of the log, as the consumer does."""
        rows = read(self.registry, "registry", after=self._folded, limit=100_000)
        concerned = [row for row in rows if self._decoder.concerns(row.type)]
        records = [self._decoder.read(row.raw, partition_of(row.subject)) for row in concerned]
        with self.coverage.transaction():
            self.projection.load(self.coverage, BUILD, {record.subject for record in records})
            for record in records:
                self.projection.apply(record)
            self.projection.write(self.coverage, BUILD, self.today, {record.subject for record in records})
            if rows:
                self._folded = rows[-1].position
                self.coverage.execute("update place set position = %s where build = 1", (self._folded,))

    def pass_to(self, day: date) -> None:
        """Move clock and business date, one day at a time."""
        while self.today < day:
            self.today = date.fromordinal(self.today.toordinal() + 1)
            self.clock.set(at(self.today))
            with self.coverage.transaction():
                for part in range(PARTS):
                    self.projection.advance(self.coverage, BUILD, part, self.today)
                self.coverage.execute("update place set day = %s where build = 1", (self.today,))

    def _schema(self, name: str, *migrations: Path) -> psycopg.Connection[Any]:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(f"create schema {name}")
        connection = psycopg.connect(self.conninfo(name), autocommit=True)
        migrate(connection, name, *migrations)
        return connection

    def _start(self) -> None:
        with self.coverage.transaction():
            self.coverage.execute("insert into build values ('coverage', 1, 1, 'serving')")
            for part in range(PARTS):
                values = (part, self.today)
                self.coverage.execute("insert into place values ('coverage', 1, %s, 0, 0, %s, true)", values)
            self.projection.create(self.coverage, BUILD)
            for part in range(PARTS):
                self.projection.assess(self.coverage, BUILD, part, self.today)


@contextmanager
def world(dsn: str, today: date) -> Iterator[World]:
    made = World(dsn, today)
    try:
        yield made
    finally:
        made.close()


@asynccontextmanager
async def served_log(told: World) -> AsyncIterator[EventLogStub]:
    """Registry's log over gRPC."""
    async with AsyncConnectionPool(told.conninfo("registry"), min_size=1, open=False) as pool:
        server = grpc.aio.server()
        bell = Bell(told.conninfo("registry"), "registry")
        add_EventLogServicer_to_server(EventLogServicer(pool, "registry", bell, asyncio.Event()), server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield EventLogStub(channel)
        await server.stop(0)
