"""A registry without its bus, on a real PostgreSQL: its own event loop in a thread, asked over real gRPC."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg

from proto.xianfeng.registry.v1 import (
    accounts_pb2_grpc,
    commands_pb2,
    commands_pb2_grpc,
    submissions_pb2,
    submissions_pb2_grpc,
)
from services.registry.divisions import unit_id
from services.registry.first_fill import fill_units
from services.registry.server import RegistryServer, prepare_schema
from tests.fixtures.submitting import submission
from xianfeng.clock import ManualClock
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.channel import open_channel
from xianfeng.units import Opened

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
BEGUN = date(1980, 1, 1)
NATION, HENAN, JIAOZUO, JIEFANG, SHANYANG, MINSHENG, LUOYANG = (
    unit_id(code) for code in ("100000", "410000", "410800", "410802", "410811", "410802002", "410300")
)
UNITS = [
    Opened(NATION, "100000", "中华人民共和国", "nation", None, 0, BEGUN),
    Opened(HENAN, "410000", "河南省", "province", NATION, 0, BEGUN),
    Opened(LUOYANG, "410300", "洛阳市", "city", HENAN, 0, BEGUN),
    Opened(JIAOZUO, "410800", "焦作市", "city", HENAN, 0, BEGUN),
    Opened(JIEFANG, "410802", "解放区", "county", JIAOZUO, 0, BEGUN),
    Opened(SHANYANG, "410811", "山阳区", "county", JIAOZUO, 0, BEGUN),
    Opened(MINSHENG, "410802002", "民生街道", "street", JIEFANG, 0, BEGUN),
]


class RunningRegistry:
    """`ask` sends a command as an administrator of the nation; `stub(principal)` as anybody else."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.data_dir = TemporaryDirectory(prefix="xianfeng-registry-")
        self.clock = ManualClock(START)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def start(self) -> None:
        prepare_schema(self.dsn)
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            fill_units(connection, self.clock, UNITS)
        self.on_loop(self._open())
        self.commands = self.stub(Principal("system:administrator", "administrator", NATION))

    async def _open(self) -> None:
        self.server = RegistryServer(
            self.dsn, "127.0.0.1:0", signing_key=b"s" * 32, holder_key=b"h" * 32, clock=self.clock, root="100000",
            data_dir=Path(self.data_dir.name),
        )  # fmt: skip
        await self.server.open()
        await self.server.start()
        await self.server.rpc.serving(True)

    def on_loop(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def channel(self, principal: Principal | None) -> Any:
        token = None if principal is None else self.server.tokens.issue(principal)
        return open_channel(f"127.0.0.1:{self.server.rpc.port}", token)

    def stub(self, principal: Principal | None) -> commands_pb2_grpc.CommandsStub:
        return commands_pb2_grpc.CommandsStub(self.channel(principal))

    def accounts(self, principal: Principal | None) -> accounts_pb2_grpc.AccountsStub:
        return accounts_pb2_grpc.AccountsStub(self.channel(principal))

    def ask(self, name: str, /, *, stub: Any = None, meta: dict[str, Any] | None = None, **fields: Any) -> Any:
        """Send a command with a new id (unless `meta` has one); the receipt."""
        request = getattr(commands_pb2, f"{name}Request")(meta={"command_id": str(uuid4()), **(meta or {})}, **fields)
        return getattr(stub or self.commands, name)(request, timeout=20)

    def submit(self, name: str, each: Iterable[dict[str, Any]]) -> None:
        """Send many commands of a kind in one message; each must be recorded."""
        requests = [
            getattr(commands_pb2, f"{name}Request")(meta={"command_id": str(uuid4())}, **fields) for fields in each
        ]
        message = submissions_pb2.SubmitRequest(submissions=map(submission, requests))
        stub = submissions_pb2_grpc.SubmissionsStub(
            self.channel(Principal("system:administrator", "administrator", NATION))
        )
        [answer] = stub.Submit(iter([message]), timeout=60)
        assert all(one.HasField("receipt") for one in answer.submitted)

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def becomes(self, query: str, wanted: list[tuple[Any, ...]], seconds: float = 10.0) -> None:
        """Wait for what is done behind an answer."""
        deadline = time.monotonic() + seconds
        while (found := self.rows(query)) != wanted:
            assert time.monotonic() < deadline, found
            time.sleep(0.02)

    def stop(self) -> None:
        async def end() -> None:
            await self.server.stop_serving()
            await self.server.close()

        self.on_loop(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self.data_dir.cleanup()


@contextmanager
def running_registry(dsn: str) -> Iterator[RunningRegistry]:
    registry = RunningRegistry(dsn)
    registry.start()
    try:
        yield registry
    finally:
        registry.stop()
