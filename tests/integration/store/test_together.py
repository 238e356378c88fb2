"""Many commands handed to the writer as one piece of work: each is recorded or refused by itself, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
import pytest

from tests.integration.store.counter import ACT, NAME, Decide, opening, prepare, raising, writing
from xianfeng.refusal import Refused
from xianfeng.store.answers import Answer
from xianfeng.store.log import read
from xianfeng.store.session import Session
from xianfeng.store.submission import Together

MANY = 450
"""More than make one transaction."""


@pytest.fixture
def dsn(database: str) -> str:
    prepare(database)
    return database


def together(commands: Iterable[tuple[str, Decide]]) -> Together:
    made = Together()
    for id, decide in commands:
        made.add(id, ACT, decide)
    return made


def spoiling(session: Session) -> dict[str, Any]:
    session.execute("insert into no_such_table values (1)")
    return {}


async def test_each_is_taken_or_refused_by_itself(dsn: str) -> None:
    made = together([
        ("c1", opening("cnt-1", "A")), ("c2", raising("cnt-1", 2, refuse=True)), ("c3", raising("cnt-1", 3)),
        ("c3", raising("cnt-1", 9)), ("", raising("cnt-1", 9)), ("c4", spoiling), ("c5", raising("cnt-1", 4)),
    ])  # fmt: skip
    with writing(dsn) as writer:
        opened, refused, raised, again, nameless, spoilt, last = await writer.run_all(made)
        repeated = await writer.run_all(together([("c3", spoiling)]))
    assert isinstance(opened, Answer)
    assert isinstance(refused, Refused)
    assert isinstance(nameless, Refused)
    assert not isinstance(spoilt, (Answer, Refused)), "it spoils the transaction, and fails alone"
    assert isinstance(raised, Answer)
    assert again == repeated[0] == Answer(raised.value, True, raised.position)
    assert isinstance(last, Answer)
    assert (raised.value["count"], last.value["count"]) == (3, 7)


async def test_more_than_a_transaction_holds(dsn: str) -> None:
    with writing(dsn) as writer:
        await writer.run("open", ACT, opening("cnt-1", "A"))
        outcomes = await writer.run_all(together((f"raise-{n}", raising("cnt-1")) for n in range(MANY)))
    assert [outcome.value["count"] for outcome in outcomes if isinstance(outcome, Answer)] == list(range(1, MANY + 1))
    with psycopg.connect(dsn) as connection:
        assert len(read(connection, NAME)) == MANY + 1


async def test_nothing_and_too_late(dsn: str) -> None:
    with writing(dsn) as writer:
        assert await writer.run_all(Together()) == []
    (refused,) = await writer.run_all(together([("c1", opening("cnt-1", "A"))]))
    assert isinstance(refused, Refused)
    assert refused.kind == "unavailable"
