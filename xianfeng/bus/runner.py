"""Runs a projection in a service: the build that serves, the one that is built beside it, and the way between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
import structlog

from xianfeng.bus import builds, kept_aside
from xianfeng.bus.aside import retire_forgotten
from xianfeng.bus.build_run import BuildRun
from xianfeng.bus.builds import BuildRow
from xianfeng.bus.engine import Engine
from xianfeng.bus.fetch import Fetch
from xianfeng.bus.kept_connection import KeptConnection
from xianfeng.bus.place import read_places
from xianfeng.bus.projection import Projection
from xianfeng.bus.status import ProjectionStatus
from xianfeng.clock import Clock
from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["NothingServing", "ProjectionRunner"]

_LOOK = 0.5
_DROP_AFTER = 30.0

Connection = psycopg.Connection[Any]
logger = structlog.get_logger(__name__)


class NothingServing(LookupError):
    """No build has caught up yet; the message is for the user."""


@dataclass
class _Running:
    run: BuildRun
    task: asyncio.Task[None]


@dataclass
class ProjectionRunner:
    """`make` gives a fresh projection for each build. Hooks are called on the loop after each commit.

    `fetch` asks the owner of the log that the projection reads, for repairs and replays.
    """

    make: Callable[[], Projection]
    dsn: str
    bootstrap: list[str]
    clock: Clock
    fetch: Fetch
    changed: list[Callable[[frozenset[int]], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.projection = self.make()
        self.name = self.projection.name
        self._running: dict[int, _Running] = {}
        self._rows: list[BuildRow] = []
        self._woken = asyncio.Event()
        self._asked = KeptConnection(self.dsn)

    async def run(self) -> None:
        """Until cancelled; the database or the bus may come and go."""
        started = False
        try:
            while True:
                try:
                    look = builds.read_builds if started else self._ensure
                    self._rows = await self._asked.ask(lambda c: look(c, self.name))  # noqa: B023 - awaited at once
                    started = True
                    await self._follow()
                    await self._clear_away()
                except (psycopg.Error, OSError) as error:
                    logger.warning("builds-unknown", projection=self.name, error=repr(error))
                await self._nap()
        finally:
            for number in list(self._running):
                await self._stop(number)
            await self._asked.close()

    async def _clear_away(self) -> None:
        """What is not read any more, of this process or of one that died."""
        states = {row.state for row in self._rows}
        if "aside" in states:
            await self._asked.ask(lambda c: retire_forgotten(c, self.name))
        if "retired" in states:
            await self._asked.ask(lambda c: builds.drop_retired(c, self.projection, _DROP_AFTER))

    def _ensure(self, connection: Connection, _name: str) -> list[BuildRow]:
        return builds.ensure_builds(connection, self.projection)

    async def _nap(self) -> None:
        self._woken.clear()
        try:
            async with asyncio.timeout(_LOOK):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _follow(self) -> None:
        """Run what this version of the code can fold, and nothing else."""
        wanted = {
            row.number: row
            for row in self._rows
            if row.state in ("serving", "building") and row.version == self.projection.version
        }
        for number in [number for number in self._running if number not in wanted]:
            await self._stop(number)
        for number, row in wanted.items():
            running = self._running.get(number)
            if running is not None and running.task.done():
                _refuse_failed_start(running.task)
            if running is None or running.task.done():
                self._running[number] = self._start(row)
            else:
                running.run.serves(row)

    def _start(self, row: BuildRow) -> _Running:
        engine = Engine(self.make(), row, self.dsn, self.clock, self.fetch)
        run = BuildRun(engine, self.bootstrap, self.fetch, self._tell)
        return _Running(run, asyncio.create_task(run.run(), name=f"{self.name}-{row.number}"))

    async def _stop(self, number: int) -> None:
        running = self._running.pop(number)
        running.task.cancel()
        await asyncio.gather(running.task, return_exceptions=True)

    def _tell(self, partitions: frozenset[int]) -> None:
        for hook in self.changed:
            hook(partitions)

    async def rebuild(self) -> int:
        """Build anew beside the build that serves; the number of the build under way."""
        number = await self._asked.ask(lambda c: builds.start_build(c, self.projection))
        self._woken.set()
        return number

    async def serving_build(self) -> BuildRow:
        """The build whose tables answer questions. Raises NothingServing."""
        rows = await self._asked.ask(lambda c: builds.read_builds(c, self.name))
        for row in rows:
            if row.state == "serving":
                return row
        raise NothingServing(say("bus.nothing-serving", name=self.name))

    async def wait_for(self, positions: Mapping[int, int], seconds: float = 30.0) -> None:
        """Until the serving build's place on each partition is at least this. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not await self._asked.ask(lambda c: self._reached(c, positions)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} has not reached {dict(positions)} within {seconds} s")
            await asyncio.sleep(0.02)

    def _reached(self, connection: Connection, positions: Mapping[int, int]) -> bool:
        serving = [row for row in builds.read_builds(connection, self.name) if row.state == "serving"]
        if not serving:
            return False
        places = read_places(connection, self.name, serving[0].number)
        return all(p in places and places[p].position >= wanted for p, wanted in positions.items())

    async def status(self) -> list[ProjectionStatus]:
        """Every build that serves or is built. Raises psycopg.Error while the database is away."""
        return await self._asked.ask(self._statuses)

    def _statuses(self, connection: Connection) -> list[ProjectionStatus]:
        rows = builds.read_builds(connection, self.name)
        return [self._status(connection, row) for row in rows if row.state in ("serving", "building")]

    def _status(self, connection: Connection, row: BuildRow) -> ProjectionStatus:
        places = read_places(connection, self.name, row.number)
        running = self._running.get(row.number)
        run = running.run if running else None
        return ProjectionStatus(
            self.name, row.version, row.number, row.state,
            positions={partition: place.position for partition, place in sorted(places.items())},
            business_date=min((place.day for place in places.values()), default=None),
            lag_events=run.lag.events if run else 0,
            lag_seconds=run.lag.seconds if run else 0.0,
            held=kept_aside.count_held(connection, self.name, row.number),
            dead_letters=kept_aside.count_open(connection, self.name),
            stuck=run.stuck if run else self._foreign_version(row),
            fenced=run.engine.fenced if run else 0,
        )  # fmt: skip

    def _foreign_version(self, row: BuildRow) -> str:
        if row.version <= self.projection.version:
            return ""
        return say("bus.newer-serving", serving=row.version, mine=self.projection.version)

    async def mend(self, subject: str) -> str:
        """Try a held subject again in every build that holds it: why it is still held, or nothing.

        The fence protects the partitions that another instance has. Raises whatever `fetch` raises.
        """
        reasons = []
        for number, running in list(self._running.items()):
            held = await self._asked.ask(lambda c: kept_aside.held_subject(c, self.name, number, subject))  # noqa: B023
            if held is not None:
                reasons.append(await running.run.mend(held))
        return next((reason for reason in reasons if reason), "")


def _refuse_failed_start(task: asyncio.Task[None]) -> None:
    """A build that can never run ends the runner; one that fell over is started again."""
    error = None if task.cancelled() else task.exception()
    if isinstance(error, StartFailure):
        raise error
    logger.error("build-fell-over", exc_info=error)
