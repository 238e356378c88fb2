"""Reading the log: by position, type and subject, as SQL and as a stream; marks, bulk and migrations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from psycopg.errors import UniqueViolation
from psycopg_pool import AsyncConnectionPool

from proto.xianfeng.platform.v1 import log_pb2, log_pb2_grpc
from tests.integration.store.counter import ACT, CATALOGUE, NAME, NOW, Counter, opening, prepare, raising, writing
from xianfeng.clock import ManualClock
from xianfeng.event import Event, acting
from xianfeng.failure import StartFailure
from xianfeng.rpc.channel import open_aio_channel
from xianfeng.rpc.guard import Guard
from xianfeng.rpc.permissions import Permissions, methods_of
from xianfeng.rpc.server import RpcServer
from xianfeng.rpc.tokens import Tokens
from xianfeng.store import MIGRATIONS
from xianfeng.store.bell import Bell
from xianfeng.store.bulk import append
from xianfeng.store.log import head, read
from xianfeng.store.marks import Mark, mark_at
from xianfeng.store.migrate import migrate
from xianfeng.store.reader import fold
from xianfeng.store.recorder import open_recorder
from xianfeng.store.servicer import EventLogServicer

LOG = log_pb2.DESCRIPTOR.services_by_name["EventLog"]


@pytest.fixture
def dsn(database: str) -> str:
    prepare(database)
    return database


@pytest.fixture
def connection(dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def made(subject: str, raises: int, instant: datetime = NOW) -> list[Event]:
    counter = Counter(subject)
    counter.clock = ManualClock(instant)
    with acting(ACT):
        counter.open(subject)
        for _ in range(raises):
            counter.raise_by(1)
    return counter.collect_events()


@pytest.fixture
async def stub(dsn: str) -> AsyncIterator[log_pb2_grpc.EventLogStub]:
    closing = asyncio.Event()
    bell = Bell(dsn, NAME)
    bell.start()
    tokens = Tokens(b"k" * 32, ManualClock(NOW))
    server = RpcServer(
        "127.0.0.1:0", Guard(tokens, Permissions(dict.fromkeys(methods_of(LOG), frozenset({"service"}))))
    )
    async with AsyncConnectionPool(dsn, min_size=1, max_size=2, open=False, kwargs={"autocommit": True}) as pool:
        servicer = EventLogServicer(pool, NAME, bell, closing)
        server.add(LOG, log_pb2_grpc.add_EventLogServicer_to_server, servicer)
        await server.start()
        async with open_aio_channel(f"127.0.0.1:{server.port}", tokens.for_service("coverage")) as channel:
            yield log_pb2_grpc.EventLogStub(channel)
            closing.set()
        await server.stop(0)
        await bell.close()


def test_bulk_and_commands_share_one_log(dsn: str, connection: psycopg.Connection[Any]) -> None:
    position = append(connection, NAME, made("blk-1", 3_000))
    assert position == head(connection, NAME) == 3_001
    with writing(dsn) as writer:
        assert writer.submit("c1", ACT, raising("blk-1")).result().value == {"version": 3_002, "count": 3_001}
    with pytest.raises(UniqueViolation):
        append(connection, NAME, made("blk-1", 0))
    assert append(connection, NAME, []) == 0
    assert head(connection, NAME) == 3_002


def test_pages_by_position_type_and_subject(connection: psycopg.Connection[Any]) -> None:
    append(connection, NAME, [*made("cnt-1", 3), *made("cnt-2", 2)])
    assert [row.position for row in read(connection, NAME, after=2, limit=3)] == [3, 4, 5]
    assert [row.position for row in read(connection, NAME, types=["counter.opened.v1"])] == [1, 5]
    assert [row.version for row in read(connection, NAME, subject="cnt-1", after_version=2)] == [3, 4]
    assert [row.position for row in read(connection, NAME, after=3, until=5)] == [4, 5]
    assert fold(connection, NAME, Counter, "cnt-1", CATALOGUE, until=3).count == 2  # type: ignore[union-attr]
    assert fold(connection, NAME, Counter, "cnt-9", CATALOGUE) is None


def test_what_was_known_at_a_time(dsn: str, connection: psycopg.Connection[Any]) -> None:
    clock = ManualClock(NOW)
    assert mark_at(connection, NOW) is None
    with writing(dsn, clock) as writer:
        first = writer.submit("c1", ACT, opening("cnt-1", "A")).result()
        clock.set(NOW + timedelta(seconds=20))
        second = writer.submit("c2", ACT, raising("cnt-1")).result()
        clock.set(NOW + timedelta(days=3))
        third = writer.submit("c3", ACT, raising("cnt-1")).result()
        # A clock set back makes nothing known earlier.
        clock.set(NOW + timedelta(days=1))
        fourth = writer.submit("c4", ACT, raising("cnt-1")).result()
    assert first.position < second.position
    assert mark_at(connection, NOW + timedelta(seconds=10)) is None
    assert mark_at(connection, NOW + timedelta(days=2)) == Mark(second.position, NOW + timedelta(seconds=20))
    assert mark_at(connection, NOW + timedelta(days=3)) == Mark(fourth.position, NOW + timedelta(days=3))
    assert third.position < fourth.position


def test_bulk_writes_marks_too(connection: psycopg.Connection[Any]) -> None:
    append(connection, NAME, made("cnt-1", 1, NOW - timedelta(days=9)))
    append(connection, NAME, made("cnt-2", 1, NOW))
    assert mark_at(connection, NOW - timedelta(days=1)) == Mark(2, NOW - timedelta(days=9))


async def test_a_stream_reads_and_follows(dsn: str, stub: log_pb2_grpc.EventLogStub) -> None:
    events = made("cnt-1", 1_499)
    with psycopg.connect(dsn, autocommit=True) as connection:
        append(connection, NAME, events)
        messages = [message async for message in stub.Read(log_pb2.ReadRequest())]
        assert [len(message.events) for message in messages] == [1_000, 500]
        assert [item.event for message in messages for item in message.events] == [event.raw for event in events]
        assert messages[-1].head == 1_500
        following = stub.Read(log_pb2.ReadRequest(after=1_499, follow=True))
        assert [item.position for item in (await following.read()).events] == [1_500]
        await asyncio.to_thread(append, connection, NAME, made("cnt-2", 0))
        positions: list[int] = []
        while not positions:
            positions += [item.position for item in (await following.read()).events]
        assert positions == [1_501]
        following.cancel()


@pytest.mark.parametrize(
    ("request_", "positions"),
    [
        (log_pb2.ReadRequest(limit=2), [1, 2]),
        (log_pb2.ReadRequest(subject="cnt-1", after_version=2), [3, 4]),
        (log_pb2.ReadRequest(subject="cnt-1", after_version=1, limit=2), [2, 3]),
        (log_pb2.ReadRequest(after=1, until=3, follow=True), [2, 3]),
        (log_pb2.ReadRequest(types=["counter.opened.v1"]), [1, 5]),
    ],
)
async def test_a_stream_ends_where_it_was_asked_to(
    connection: psycopg.Connection[Any],
    stub: log_pb2_grpc.EventLogStub,
    request_: log_pb2.ReadRequest,
    positions: list[int],
) -> None:
    append(connection, NAME, [*made("cnt-1", 3), *made("cnt-2", 2)])
    messages = [message async for message in stub.Read(request_)]
    assert [item.position for message in messages for item in message.events] == positions


@pytest.mark.parametrize(
    "request_",
    [
        log_pb2.ReadRequest(after=-1),
        log_pb2.ReadRequest(limit=-1),
        log_pb2.ReadRequest(subject="\0"),
        log_pb2.ReadRequest(types=["x"] * 501),
        log_pb2.MarkAtRequest(instant="yesterday"),
        log_pb2.MarkAtRequest(instant="2026-01-01T00:00:00"),
    ],
)
async def test_bad_questions_are_refused(stub: log_pb2_grpc.EventLogStub, request_: Any) -> None:
    call = stub.MarkAt(request_) if isinstance(request_, log_pb2.MarkAtRequest) else stub.Read(request_).read()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_marks_over_grpc(connection: psycopg.Connection[Any], stub: log_pb2_grpc.EventLogStub) -> None:
    append(connection, NAME, made("cnt-1", 1))
    mark = await stub.MarkAt(log_pb2.MarkAtRequest(instant=(NOW + timedelta(hours=1)).isoformat()))
    assert (mark.position, datetime.fromisoformat(mark.instant)) == (2, NOW.astimezone(UTC))
    assert (await stub.MarkAt(log_pb2.MarkAtRequest(instant="2001-01-01T00:00:00+08:00"))).instant == ""


def test_migrations_are_applied_once_and_never_change(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    room = tmp_path / "room" / "migrations"
    room.mkdir(parents=True)
    (room / "0001_first.sql").write_text("create table {name}_things (id int); insert into {name}_things values (1);")
    assert migrate(connection, NAME, MIGRATIONS, room) == ["room/0001_first.sql"]
    # The schema before, with its rows, then the next migration on top of it.
    (room / "0002_second.sql").write_text("alter table {name}_things add column name text not null default '%';")
    assert migrate(connection, NAME, MIGRATIONS, room) == ["room/0002_second.sql"]
    assert migrate(connection, NAME, MIGRATIONS, room) == []
    assert connection.execute("select id, name from registry_things").fetchall() == [(1, "%")]
    (room / "0001_first.sql").write_text("create table {name}_things (id bigint);")
    with pytest.raises(StartFailure, match=r"room/0001_first\.sql"):
        migrate(connection, NAME, MIGRATIONS, room)


async def test_instances_that_start_together_migrate_once(database: str) -> None:
    def start() -> list[str]:
        with psycopg.connect(database, autocommit=True) as connection:
            return migrate(connection, NAME, MIGRATIONS)

    applied = await asyncio.gather(*(asyncio.to_thread(start) for _ in range(4)))
    assert sorted(applied, key=len) == [[], [], [], ["store/0001_event_store.sql"]]


def test_the_setting_that_takes_no_lock_is_refused(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "y")
    with pytest.raises(StartFailure, match="POSTGRES_ENABLE_DB_FUNCTIONS"):
        open_recorder(dsn, NAME)
