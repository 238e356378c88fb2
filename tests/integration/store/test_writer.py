"""One writer: answers, repeats, refusals, and commands that spoil a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.integration.store.counter import (
    ACT,
    CATALOGUE,
    NAME,
    NOW,
    Counter,
    Decide,
    opening,
    prepare,
    raising,
    writing,
)  # fmt: skip
from xianfeng.clock import ManualClock
from xianfeng.refusal import Refused
from xianfeng.store.answers import Answer, purge_commands
from xianfeng.store.log import read
from xianfeng.store.reader import find_claim, fold
from xianfeng.store.session import Session
from xianfeng.store.writer import Writer


@pytest.fixture
def dsn(database: str) -> str:
    prepare(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create table extra (subject text primary key)")
    return database


@pytest.fixture
def connection(dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def together(dsn: str, *commands: tuple[str, Decide]) -> list[Future[Answer]]:
    """Have commands decided in one batch: they wait before the writer starts."""
    writer = Writer(dsn, NAME, CATALOGUE, source="/registry", clock=ManualClock(NOW))
    futures = [writer.submit(id, ACT, decide) for id, decide in commands]
    writer.start()
    writer.close()
    return futures


def test_an_answer_tells_the_place_of_its_last_event(dsn: str, connection: psycopg.Connection[Any]) -> None:
    with writing(dsn) as writer:
        first = writer.submit("c1", ACT, opening("cnt-1", "A")).result()
        second = writer.submit("c2", ACT, raising("cnt-1", 5)).result()
    assert (first.value, first.repeated) == ({"subject": "cnt-1", "version": 1}, False)
    assert second.value == {"version": 2, "count": 5}
    rows = read(connection, NAME)
    assert [row.position for row in rows] == [first.position, second.position]
    assert CATALOGUE.load(rows[1].raw).raw == rows[1].raw
    assert find_claim(connection, "code", "A") == "cnt-1"


def test_a_seen_command_answers_again_and_decides_nothing(dsn: str, connection: psycopg.Connection[Any]) -> None:
    with writing(dsn) as writer:
        first = writer.submit("c1", ACT, opening("cnt-1", "A")).result()
        again = writer.submit("c1", ACT, opening("cnt-2", "B")).result()
    with writing(dsn) as writer:
        later = writer.submit("c1", ACT, opening("cnt-3", "C")).result()
    assert again == later == Answer(first.value, True, first.position)
    assert len(read(connection, NAME)) == 1


def test_one_command_twice_in_a_batch_is_decided_once(dsn: str, connection: psycopg.Connection[Any]) -> None:
    one, two = together(dsn, ("c1", opening("cnt-1", "A")), ("c1", opening("cnt-1", "A")))
    assert (one.result().repeated, two.result().repeated) == (False, True)
    assert len(read(connection, NAME)) == 1


def test_a_refusal_in_a_batch_leaves_nothing(dsn: str, connection: psycopg.Connection[Any]) -> None:
    futures = together(
        dsn,
        ("c1", opening("cnt-1", "A")),
        ("c2", raising("cnt-1", 2)),
        ("c3", raising("cnt-1", 40, refuse=True)),
        ("c4", raising("cnt-1", 3)),
    )
    with pytest.raises(Refused, match="不行"):
        futures[2].result()
    assert futures[3].result().value == {"version": 3, "count": 5}
    kept = fold(connection, NAME, Counter, "cnt-1", CATALOGUE)
    assert kept is not None
    assert (kept.count, kept.version) == (5, 3)
    assert connection.execute("select count(*) from extra").fetchone() == (0,)
    # A refusal is no answer: with the same id the command may be sent again, put right.
    with writing(dsn) as writer:
        assert not writer.submit("c3", ACT, raising("cnt-1", 1)).result().repeated


def test_a_refused_claim_stays_free(dsn: str, connection: psycopg.Connection[Any]) -> None:
    def claims_and_gives_up(session: Session) -> dict[str, Any]:
        session.claim("code", "A", "cnt-0")
        raise Refused("不行")

    refused, taken, second = together(
        dsn, ("c0", claims_and_gives_up), ("c1", opening("cnt-1", "A")), ("c2", opening("cnt-2", "A"))
    )
    assert isinstance(refused.exception(), Refused)
    assert taken.result().value["subject"] == "cnt-1"
    refusal = second.exception()
    assert isinstance(refusal, Refused)
    assert (refusal.kind, refusal.field) == ("taken", "code")
    assert find_claim(connection, "code", "A") == "cnt-1"


def test_a_claim_passes_on_within_a_batch(dsn: str, connection: psycopg.Connection[Any]) -> None:
    def rename(session: Session) -> dict[str, Any]:
        session.release("code", "A")
        session.claim("code", "B", "cnt-1")
        return {}

    futures = together(dsn, ("c1", opening("cnt-1", "A")), ("c2", rename), ("c3", opening("cnt-2", "A")))
    assert [future.exception() for future in futures] == [None, None, None]
    assert [find_claim(connection, "code", key) for key in "AB"] == ["cnt-2", "cnt-1"]


def test_a_command_that_spoils_the_transaction_fails_alone(dsn: str, connection: psycopg.Connection[Any]) -> None:
    def inserting(value: str | None) -> Decide:
        def decide(session: Session) -> dict[str, Any]:
            session.get(Counter, "cnt-1").raise_by(1)
            session.execute("insert into extra values (%s)", (value,))
            return {}

        return decide

    futures = together(
        dsn, ("c1", opening("cnt-1", "A")), ("c2", inserting("x")), ("c3", inserting(None)), ("c4", raising("cnt-1"))
    )
    assert [future.exception() is None for future in futures] == [True, True, False, True]
    assert futures[3].result().value == {"version": 3, "count": 2}
    assert connection.execute("select subject from extra").fetchall() == [("x",)]


def test_a_fault_of_a_command_is_its_own(dsn: str) -> None:
    def faulty(session: Session) -> dict[str, Any]:
        session.get(Counter, "cnt-1").raise_by(1)
        raise ZeroDivisionError

    futures = together(dsn, ("c1", opening("cnt-1", "A")), ("c2", faulty), ("c3", raising("cnt-1")))
    assert isinstance(futures[1].exception(), ZeroDivisionError)
    assert futures[2].result().value == {"version": 2, "count": 1}


def test_rows_of_earlier_commands_are_seen(dsn: str) -> None:
    def insert(session: Session) -> dict[str, Any]:
        session.execute("insert into extra values (%s)", ("x",))
        return {"seen": len(session.query("select * from extra"))}

    def look(session: Session) -> dict[str, Any]:
        return {"seen": len(session.query("select * from extra"))}

    futures = together(dsn, ("c1", insert), ("c2", look))
    assert [future.result().value["seen"] for future in futures] == [0, 1]


def test_history_holds_what_was_decided_just_now(dsn: str) -> None:
    def look(session: Session) -> dict[str, Any]:
        session.get(Counter, "cnt-1").raise_by(1)
        return {"types": [event.type for event in session.events("cnt-1")]}

    futures = together(dsn, ("c1", opening("cnt-1", "A")), ("c2", look))
    assert futures[1].result().value["types"] == ["counter.opened.v1", "counter.raised.v1"]


@pytest.mark.parametrize(
    ("decide", "kind"),
    [
        (raising("cnt-9"), "unknown"),
        (lambda session: session.expect(session.get(Counter, "cnt-1"), 7) or {}, "version"),
        (lambda session: session.new(Counter, "cnt-1") and {}, "taken"),
    ],
)
def test_refusals_of_the_store(dsn: str, decide: Decide, kind: str) -> None:
    refusal = together(dsn, ("c1", opening("cnt-1", "A")), ("c2", decide))[1].exception()
    assert isinstance(refusal, Refused)
    assert refusal.kind == kind
    assert refusal.rule
    assert refusal.remedy


@pytest.mark.parametrize("id", ["", "x" * 201])
def test_a_command_needs_an_id(dsn: str, id: str) -> None:
    refusal = together(dsn, (id, opening("cnt-1", "A")))[0].exception()
    assert isinstance(refusal, Refused)
    assert refusal.field == "command_id"


def test_answers_are_forgotten_after_400_days(dsn: str, connection: psycopg.Connection[Any]) -> None:
    together(dsn, ("c1", opening("cnt-1", "A")))
    assert purge_commands(connection, NOW + timedelta(days=400)) == 0
    assert purge_commands(connection, NOW + timedelta(days=400, seconds=1)) == 1


def test_a_writer_purges_once_a_day(dsn: str, connection: psycopg.Connection[Any]) -> None:
    clock = ManualClock(NOW)
    with writing(dsn, clock) as writer:
        writer.submit("c1", ACT, opening("cnt-1", "A")).result()
        clock.set(NOW + timedelta(days=401))
        writer.submit("c2", ACT, raising("cnt-1")).result()
    assert connection.execute("select id from command").fetchall() == [("c2",)]


def test_a_writer_that_was_never_started_can_be_closed(dsn: str) -> None:
    writer = Writer(dsn, NAME, CATALOGUE, source="/registry", clock=ManualClock(NOW))
    waiting = writer.submit("c1", ACT, opening("cnt-1", "A"))
    writer.close()
    assert isinstance(waiting.exception(), Refused)


async def test_coroutines_wait_for_their_answers(dsn: str) -> None:
    with writing(dsn) as writer:
        answer = await writer.run("c1", ACT, opening("cnt-1", "A"))
        assert answer.value["version"] == 1
        with pytest.raises(Refused):
            await writer.run("c2", ACT, raising("cnt-2"))


def test_a_closed_writer_refuses(dsn: str) -> None:
    with writing(dsn) as writer:
        pass
    refusal = writer.submit("c1", ACT, opening("cnt-1", "A")).exception()
    assert isinstance(refusal, Refused)
    assert refusal.kind == "unavailable"
