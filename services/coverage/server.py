"""Coverage without its bus: questions, explanations, watching and its own log behind one gRPC server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from proto.xianfeng.coverage.v1 import coverage_pb2, coverage_pb2_grpc, reports_pb2, reports_pb2_grpc
from proto.xianfeng.platform.v1 import log_pb2, log_pb2_grpc
from services.coverage.accounts import Accounts
from services.coverage.domain.timeline import Assessor
from services.coverage.explain import Explainer
from services.coverage.grpc import CoverageService
from services.coverage.projections import henan
from services.coverage.queries.kept import KeptAnswers
from services.coverage.queries.moments import Moments
from services.coverage.questions import Questions
from services.coverage.recall.recalls import Recalls
from services.coverage.reports.making import ReportMaker
from services.coverage.reports.servicer import ReportsService
from services.coverage.stream import Units
from services.coverage.watch import Watchers
from xianfeng import bus
from xianfeng.clock import Clock
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.channel import open_aio_channel
from xianfeng.rpc.closing import closing
from xianfeng.rpc.guard import Guard
from xianfeng.rpc.permissions import Permissions
from xianfeng.rpc.server import RpcServer
from xianfeng.rpc.tokens import Tokens
from xianfeng.rpc.whole import require_whole
from xianfeng.store import MIGRATIONS
from xianfeng.store.bell import Bell
from xianfeng.store.migrate import migrate
from xianfeng.store.pool import open_pool
from xianfeng.store.servicer import EventLogServicer

__all__ = ["CoverageServer", "prepare_schema"]

HERE = Path(__file__).parent


def prepare_schema(dsn: str) -> None:
    """Bring coverage's tables up to date: its log's, the bus's, its own. Builds make theirs themselves."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        migrate(connection, "coverage", MIGRATIONS, bus.MIGRATIONS, HERE / "migrations")


class CoverageServer:
    """`root`: the unit that this deployment answers for, None for the nation; `registry`: its gRPC address."""

    def __init__(
        self, dsn: str, address: str, *, signing_key: bytes, clock: Clock, root: str | None, registry: str
    ) -> None:
        self.closing = asyncio.Event()
        self.tokens = Tokens(signing_key, clock)
        self.rules = henan()
        self.pool = open_pool(dsn, read_only=True)
        self.bell = Bell(dsn, "coverage")
        self.registry = open_aio_channel(registry, self.tokens.for_service("coverage"))
        self.units = Units(root)
        self._accounts = Accounts(log_pb2_grpc.EventLogStub(self.registry))
        self.moments = Moments(dsn)
        kept = KeptAnswers(self.moments.now, lambda: (self.units.tree.position, self.units.tree.demonstration))
        self.now = Questions(self.pool, self.units.tree, self.rules, kept)
        log = log_pb2_grpc.EventLogStub(self.registry)
        self.recalls = Recalls(dsn, self.pool, log, self.rules, clock=clock, root=root)
        self.reports = ReportsService(ReportMaker(self.pool, self.units.tree, self.rules, clock), signing_key)
        self.watchers = Watchers(self.now.figures.overview)
        self._clock = clock
        self.rpc = RpcServer(address, Guard(self.tokens, Permissions.load(HERE / "roles.toml"), self._check))
        self._tasks: list[asyncio.Task[None]] = []
        self._serve()

    def changed(self) -> None:
        """Figures may have changed: a batch was committed, a day began, the unit tree grew."""
        self.watchers.changed()

    def _check(self, caller: Principal, method: str) -> None:
        self._accounts.check(caller)
        require_whole(caller, method, lambda unit: self.units.tree.holds_all(unit, self._clock.today()))

    def _serve(self) -> None:
        log = log_pb2_grpc.EventLogStub(self.registry)
        explainer = Explainer(self.pool, self.units.tree, Assessor(self.rules), log)
        service = CoverageService(self.now, self.recalls, explainer, self.watchers)
        own_log = EventLogServicer(self.pool, "coverage", self.bell, self.closing)
        add = self.rpc.add
        add(_service(coverage_pb2, "Coverage"), coverage_pb2_grpc.add_CoverageServicer_to_server, service)
        add(_service(reports_pb2, "Reports"), reports_pb2_grpc.add_ReportsServicer_to_server, self.reports)
        add(_service(log_pb2, "EventLog"), log_pb2_grpc.add_EventLogServicer_to_server, own_log)

    async def open(self) -> None:
        """Open the database's pool and start watching; nothing is served yet."""
        await self.pool.open()
        await self.moments.open()
        self.bell.start()
        self._tasks = [asyncio.create_task(self.watchers.run()), asyncio.create_task(self._accounts.follow())]

    async def stop_serving(self) -> None:
        """End the streams, refuse new calls, let running ones end."""
        self.closing.set()
        self.watchers.close(closing())
        await self.rpc.stop()

    async def close(self) -> None:
        """Everything that `open` opened."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.bell.close()
        await self.recalls.close()
        await self.registry.close()
        await self.moments.close()
        await self.pool.close()


def _service(module: Any, name: str) -> Any:
    return module.DESCRIPTOR.services_by_name[name]
