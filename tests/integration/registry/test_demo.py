"""The demonstration in a real store: all of it or completed later, never beside others, and commands go on from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from proto.xianfeng.registry.v1.queries_pb2_grpc import QueriesStub
from services.registry.bulk import CHUNK
from services.registry.demo.filling import fill, state_of
from services.registry.demo.plan import SOURCE, Plan
from services.registry.first_fill import fill_units
from services.registry.holders import Holders
from services.registry.retention import KEPT
from services.registry.server import prepare_schema
from tests.fixtures.servers import fresh_database
from tests.fixtures.told import Told
from tests.fixtures.told import told as told_of
from tests.integration.registry.running import UNITS, running_registry
from xianfeng import bus
from xianfeng.clock import ManualClock
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import Principal
from xianfeng.units import Opened

PLAN = Plan(3, 150, 300, date(2024, 9, 29))
"""Until a Sunday, on which no office works."""
CLOCK = ManualClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
HOLDERS = Holders(b"h" * 32)
BESIDE = (
    "select target, subject from link order by 1, 2",
    "select kind, key, subject from claim where kind not in ('unit-code', 'filled') order by 1, 2",
    "select holder, subject, ended_on from holder order by 1",
)


@contextmanager
def store(dsn: str, units: list[Opened] | None = UNITS) -> Iterator[psycopg.Connection[Any]]:
    """`units` None: all of the country's."""
    prepare_schema(dsn, bus.MIGRATIONS)
    with psycopg.connect(dsn, autocommit=True) as connection:
        fill_units(connection, CLOCK, units)
        yield connection


def told(connection: psycopg.Connection[Any]) -> list[Told]:
    """Every fact in its order; the units stand in the store beforehand."""
    return list(told_of(connection, "^(unit|account)"))


def begin(connection: psycopg.Connection[Any]) -> int:
    """The position of the demonstration's first event."""
    row = connection.execute(
        "select notification_id from registry_events where topic like %s", ("unit.demo%",)
    ).fetchone()
    assert row is not None
    return int(row[0])


def stopping_at(share: float) -> Callable[[float], None]:
    def progress(done: float) -> None:
        if done >= share:
            raise InterruptedError

    return progress


@pytest.fixture(scope="module")
def whole(postgres_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with store(postgres_dsn, None) as connection:
        filled = fill(connection, PLAN, HOLDERS, CLOCK)
        assert filled.events == len(told(connection))
        yield connection


def test_a_second_run_adds_nothing(whole: psycopg.Connection[Any]) -> None:
    before = told(whole)
    assert fill(whole, Plan(9, 20, 20, PLAN.until), HOLDERS, CLOCK) == (PLAN, 0)
    assert told(whole) == before
    assert state_of(whole).whole


def test_an_interrupted_fill_is_completed(whole: psycopg.Connection[Any], postgres_server: str) -> None:
    with fresh_database(postgres_server, "interrupted") as dsn, store(dsn) as connection:
        for share in (0.3, 0.8):
            with pytest.raises(InterruptedError):
                fill(connection, PLAN, HOLDERS, CLOCK, stopping_at(share))
            assert not state_of(connection).whole
        fill(connection, Plan(9, 20, 20, PLAN.until), HOLDERS, CLOCK)
        assert told(connection) == told(whole)
        for query in BESIDE:
            assert connection.execute(query).fetchall() == whole.execute(query).fetchall()


def test_it_does_not_stand_beside_others(postgres_server: str) -> None:
    with fresh_database(postgres_server, "others") as dsn, store(dsn) as connection:
        connection.execute("insert into claim (kind, key, subject) values ('code', 'x', 'ent-x')")
        with pytest.raises(Refused) as refused:
            fill(connection, PLAN, HOLDERS, CLOCK)
        assert refused.value.reason == "demo-others"
        assert told(connection) == []


def test_the_first_fact_says_what_it_is(whole: psycopg.Connection[Any]) -> None:
    query = (
        "select topic, convert_from(state, 'UTF8')::jsonb->>'source' from registry_events where notification_id >= %s"
    )
    rows = whole.execute(query + " order by notification_id", (begin(whole),)).fetchall()
    assert rows[0] == ("unit.demonstration-filled.v1", SOURCE)
    assert {source for _, source in rows} == {SOURCE}


def test_what_was_known_on_a_day_ends_with_that_day(whole: psycopg.Connection[Any]) -> None:
    query = """
        select m.instant, (select max((convert_from(e.state, 'UTF8')::jsonb->>'time')::timestamptz)
                             from registry_events e where e.notification_id > %s and e.notification_id <= m.position)
          from mark m where m.instant < '2026-01-01' order by m.instant limit 40
    """
    rows = whole.execute(query, (begin(whole),)).fetchall()
    assert len(rows) == 40
    assert all(instant == newest for instant, newest in rows)


def test_people_are_sealed_and_forgotten(whole: psycopg.Connection[Any]) -> None:
    rows = whole.execute("select sealed, ended_on from holder").fetchall()
    assert rows
    assert not [sealed for sealed, _ in rows if "演示".encode() in bytes(sealed)]
    erased = whole.execute("select count(*) from registry_events where topic = 'holder.erased.v1'").fetchone()
    assert erased is not None
    assert erased[0] > 0
    # The next day registry itself looks, and finds nobody left to forget.
    assert all(ended is None or ended >= PLAN.until + timedelta(days=1) - KEPT for _, ended in rows)


def test_no_transaction_is_too_long(whole: psycopg.Connection[Any]) -> None:
    query = "select count(*) from registry_events where notification_id >= %s group by xmin"
    sizes = whole.execute(query, (begin(whole),)).fetchall()
    assert max(size for (size,) in sizes) <= CHUNK


def test_commands_go_on_from_it(whole: psycopg.Connection[Any], postgres_dsn: str) -> None:
    row = whole.execute(
        "select subject, key from claim where kind = 'code' order by key limit 1 offset 7"
    ).fetchone()  # fmt: skip
    assert row is not None
    with running_registry(postgres_dsn) as registry:
        receipt = registry.ask("CountMembers", enterprise=row[1], formal=4, probationary=9)
        assert receipt.subject == row[0]
        channel = registry.channel(Principal("system:administrator", "administrator", UNITS[0].id))
        view = QueriesStub(channel).GetEnterprise(pb.GetRequest(ref=row[1]))
        assert view.demonstration
        assert view.version == receipt.version
        assert QueriesStub(channel).History(pb.HistoryRequest(ref=row[1])).demonstration
