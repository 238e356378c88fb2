"""Registry without its bus: store, commands, queries, accounts and log behind one gRPC server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from proto.xianfeng.platform.v1 import log_pb2, log_pb2_grpc
from proto.xianfeng.registry.v1 import (
    accounts_pb2,
    accounts_pb2_grpc,
    audit_pb2,
    audit_pb2_grpc,
    commands_pb2_grpc,
    feed_pb2,
    feed_pb2_grpc,
    imports_pb2,
    imports_pb2_grpc,
    ledger_pb2,
    ledger_pb2_grpc,
    matters_pb2,
    matters_pb2_grpc,
    queries_pb2,
    queries_pb2_grpc,
    rehearsals_pb2,
    rehearsals_pb2_grpc,
    reports_pb2,
    reports_pb2_grpc,
    submissions_pb2,
    submissions_pb2_grpc,
    work_pb2,
    work_pb2_grpc,
)
from services.registry.accounts.book import AccountBook
from services.registry.accounts.grpc import AccountsServicer
from services.registry.accounts.limiter import LoginLimiter
from services.registry.accounts.office import AccountOffice
from services.registry.application import Application
from services.registry.audit.servicer import AuditServicer
from services.registry.between.servicer import MattersServicer
from services.registry.events import CATALOGUE, SOURCE
from services.registry.feed.places import PlaceBook
from services.registry.feed.servicer import ImportsServicer
from services.registry.grpc import COMMANDS_SERVICE, CommandsServicer
from services.registry.holders import Holders
from services.registry.ledger.files.servicer import LedgerFilesServicer
from services.registry.ledger.mappings import Mappings
from services.registry.ledger.servicer import LedgersServicer
from services.registry.live.intake import LiveIntake
from services.registry.live.servicer import FeedServicer
from services.registry.queries.servicer import QueriesServicer
from services.registry.rehearsing import RehearsalsServicer
from services.registry.reports.servicer import ReportsServicer
from services.registry.submitting import SubmissionsServicer
from services.registry.unit_reader import UnitReader
from services.registry.work.servicer import WorkServicer
from xianfeng.clock import Clock
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.guard import Guard
from xianfeng.rpc.permissions import Permissions
from xianfeng.rpc.server import RpcServer
from xianfeng.rpc.tokens import Tokens
from xianfeng.rpc.whole import require_whole
from xianfeng.store import MIGRATIONS
from xianfeng.store.bell import Bell
from xianfeng.store.migrate import migrate
from xianfeng.store.pool import Pool, open_pool
from xianfeng.store.servicer import EventLogServicer
from xianfeng.store.writer import Writer

__all__ = ["RegistryServer", "prepare_schema"]

HERE = Path(__file__).parent
ROLES = (HERE / "roles.toml", HERE / "queries" / "roles.toml", HERE / "ledger" / "roles.toml")


def prepare_schema(dsn: str, *more: Path) -> None:
    """Bring registry's tables up to date."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        migrate(connection, "registry", MIGRATIONS, *more, HERE / "migrations")


class RegistryServer:
    """`root`: the id, code or name of the unit that this deployment answers for; `data_dir`: the installation's."""

    def __init__(
        self, dsn: str, address: str, *, signing_key: bytes, holder_key: bytes, clock: Clock, root: str,
        data_dir: Path, source: str = SOURCE,
    ) -> None:  # fmt: skip
        self.clock = clock
        self.closing = asyncio.Event()
        self.pool: Pool = open_pool(dsn)
        self.bell = Bell(dsn, "registry")
        self.units = UnitReader(self.pool, self.bell, clock, root)
        self.places = PlaceBook(self.units)
        self.live = LiveIntake(dsn, clock)
        self.tokens = Tokens(signing_key, clock)
        self.book = AccountBook(self.pool)
        self.writer = Writer(dsn, "registry", CATALOGUE, source=source, clock=clock)
        self.holders = Holders(holder_key)
        self.application = Application(self.writer, self.holders, clock)
        self.office = AccountOffice(self.application)
        permissions = Permissions.load(*ROLES)
        self.rpc = RpcServer(address, Guard(self.tokens, permissions, self._check))
        self.ledgers = LedgersServicer(self.application, dsn, self.pool, self.units.tree, permissions)
        self.ledger_files = LedgerFilesServicer(
            self.ledgers, self.pool, self.units.tree, Mappings(data_dir), clock
        )  # fmt: skip
        self.matters = MattersServicer(self.pool, self.units.tree, permissions, self.book.by_id)
        self.rehearsals = RehearsalsServicer(self.application, dsn, permissions)
        self.submissions = SubmissionsServicer(self.application, permissions, self._check, self.closing)
        self.imports = ImportsServicer(dsn, self.pool, self.units, self.places, clock)
        self.reports = ReportsServicer(self.application, self.pool, self.units.tree, signing_key)
        self._tasks: list[asyncio.Task[None]] = []
        self._serve()

    def _check(self, caller: Principal, method: str) -> None:
        self.book.check(caller, method)
        require_whole(caller, method, lambda unit: self.units.tree.holds_all(unit, self.clock.today()))

    def _serve(self) -> None:
        accounts = AccountsServicer(
            self.office, self.book, self.tokens, LoginLimiter(self.clock), self.units.lies_under
        )
        queries = QueriesServicer(self.pool, self.units.tree, self.holders, self.clock)
        feed = FeedServicer(self.live, self.pool, self.places, self.clock)
        audit = AuditServicer(self.pool, self.units.tree, self.clock)
        work = WorkServicer(self.pool, self.units.tree, self.holders)
        log = EventLogServicer(self.pool, "registry", self.bell, self.closing)
        add = self.rpc.add
        add(COMMANDS_SERVICE, commands_pb2_grpc.add_CommandsServicer_to_server, CommandsServicer(self.application))
        add(_service(queries_pb2, "Queries"), queries_pb2_grpc.add_QueriesServicer_to_server, queries)
        add(_service(accounts_pb2, "Accounts"), accounts_pb2_grpc.add_AccountsServicer_to_server, accounts)
        add(_service(audit_pb2, "Audit"), audit_pb2_grpc.add_AuditServicer_to_server, audit)
        add(_service(ledger_pb2, "Ledgers"), ledger_pb2_grpc.add_LedgersServicer_to_server, self.ledgers)
        add(_service(matters_pb2, "Matters"), matters_pb2_grpc.add_MattersServicer_to_server, self.matters)
        files = ledger_pb2_grpc.add_LedgerFilesServicer_to_server
        add(_service(ledger_pb2, "LedgerFiles"), files, self.ledger_files)
        rehearsals = rehearsals_pb2_grpc.add_RehearsalsServicer_to_server
        add(_service(rehearsals_pb2, "Rehearsals"), rehearsals, self.rehearsals)
        submissions = submissions_pb2_grpc.add_SubmissionsServicer_to_server
        add(_service(submissions_pb2, "Submissions"), submissions, self.submissions)
        add(_service(feed_pb2, "RegistryFeed"), feed_pb2_grpc.add_RegistryFeedServicer_to_server, feed)
        add(_service(imports_pb2, "Imports"), imports_pb2_grpc.add_ImportsServicer_to_server, self.imports)
        add(_service(reports_pb2, "Reports"), reports_pb2_grpc.add_ReportsServicer_to_server, self.reports)
        add(_service(work_pb2, "Work"), work_pb2_grpc.add_WorkServicer_to_server, work)
        add(_service(log_pb2, "EventLog"), log_pb2_grpc.add_EventLogServicer_to_server, log)

    async def open(self) -> None:
        """Open store, tree and accounts; nothing is served yet."""
        await self.pool.open()
        self.bell.start()
        self.writer.start()
        await self.units.catch_up()
        await self.book.refresh()
        self._tasks = [asyncio.create_task(self.units.follow()), asyncio.create_task(self.book.keep_fresh())]

    async def start(self) -> None:
        """Listen; health says SERVING after `rpc.serving(True)`."""
        await self.rpc.start()

    async def stop_serving(self) -> None:
        """End the streams that follow, refuse new calls, let running ones end."""
        self.closing.set()
        await self.rpc.stop()

    async def close(self) -> None:
        """Everything that `open` opened."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.bell.close()
        await self.ledger_files.close()
        await asyncio.to_thread(self.live.close)
        await asyncio.to_thread(self.writer.close)
        await self.pool.close()


def _service(module: Any, name: str) -> Any:
    return module.DESCRIPTOR.services_by_name[name]
