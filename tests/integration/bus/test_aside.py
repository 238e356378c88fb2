"""A build aside: the log's beginning folded once; what cannot be folded holds its subject alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.bus.stage import stage, until
from tests.integration.bus.world import NOON, Counted, Counting, Log, Noted
from xianfeng.bus import MIGRATIONS, aside
from xianfeng.bus.aside import Aside
from xianfeng.bus.builds import drop_retired, read_builds
from xianfeng.bus.kept_aside import read_held
from xianfeng.bus.place import read_places
from xianfeng.bus.projection import Record
from xianfeng.bus.topics import PARTITIONS, partition_of
from xianfeng.store.migrate import migrate

DAY = date(2026, 3, 2)


class Failing(Counting):
    """Cannot count by thirteen."""

    def fold(self, record: Record) -> None:
        if record.data.by == 13:
            raise ValueError("thirteen")


@pytest.fixture
def log(database: str) -> Log:
    return Log.make(database)


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def stored(log: Log, until: int) -> list[tuple[int, bytes]]:
    query = "select notification_id, state from demo_events where notification_id <= %s order by notification_id"
    return [(position, bytes(raw)) for position, raw in log.rows(query, (until,))]


def totals(log: Log, number: int) -> dict[str, int]:
    return dict(log.rows(f"select subject, total from total_b{number}"))


def test_it_holds_what_the_log_said_up_to_a_position(log: Log, connection: psycopg.Connection[Any]) -> None:
    until = log.count([(f"s-{n % 30}", n) for n in range(200)])
    then = log.totals()
    log.count([("s-1", 5), ("s-new", 6)])
    made = Aside(connection, Counting(log.topic.name), DAY)
    events = stored(log, until)
    for start in range(0, len(events), 7):
        made.fold(events[start : start + 7])
    made.end(NOON)
    assert totals(log, made.number) == then
    assert log.rows(f"select count(*) from total_b{made.number} where lean") == [(0,)]
    assert log.rows("select count(*) from told") == [(0,)]
    places = read_places(connection, "counting", made.number)
    assert {place.day for place in places.values()} == {DAY}
    last = {partition: place.position for partition, place in places.items() if place.position}
    ends = {partition_of(subject): 0 for subject in then}
    for subject, position in log.rows(
        "select originator_id, notification_id from demo_events where notification_id <= %s", (until,)
    ):
        ends[partition_of(subject)] = max(ends[partition_of(subject)], position)
    assert last == ends
    assert len(places) == PARTITIONS


def test_a_subject_is_held_as_it_was_before_what_cannot_be_folded(
    log: Log, connection: psycopg.Connection[Any]
) -> None:
    until = log.append([
        ("good", Counted(by=1)), ("bad", Counted(by=2)), ("bad", Noted(text="seen")), ("bad", Counted(by=13)),
        ("good", Counted(by=4)), ("bad", Counted(by=8)),
    ])  # fmt: skip
    made = Aside(connection, Failing(log.topic.name), DAY)
    made.fold(stored(log, until))
    made.end(NOON)
    assert totals(log, made.number) == {"good": 5, "bad": 2}
    held = read_held(connection, "counting", made.number, range(PARTITIONS))
    assert [(one.subject, one.version, one.reason) for one in held.values()] == [("bad", 3, "fault")]


def test_it_is_kept_while_it_is_asked_for(log: Log, connection: psycopg.Connection[Any]) -> None:
    projection = Counting(log.topic.name)
    old, new = (Aside(connection, projection, DAY).number for _ in range(2))
    connection.execute("update build set since = now() - interval '2 hours'")
    assert aside.keep(connection, "counting", new)
    aside.retire_forgotten(connection, "counting")
    assert [(row.number, row.state) for row in read_builds(connection, "counting")] == [
        (old, "retired"),
        (new, "aside"),
    ]
    assert not aside.keep(connection, "counting", old)
    aside.retire(connection, "counting", new)
    drop_retired(connection, projection, 0.0)
    assert read_builds(connection, "counting") == []
    assert log.rows("select count(*) from pg_tables where tablename like 'total_b%%'") == [(0,)]


def test_builds_of_before_stay_as_they_are(database: str, connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    room = tmp_path / "bus" / "migrations"
    room.mkdir(parents=True)
    shutil.copy(MIGRATIONS / "0001_bus.sql", room)
    migrate(connection, "demo", room)
    connection.execute("insert into build values ('counting', 1, 1, 'serving')")
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("insert into build values ('counting', 2, 1, 'aside')")
    shutil.copy(MIGRATIONS / "0002_aside.sql", room)
    assert migrate(connection, "demo", room) == ["bus/0002_aside.sql"]
    connection.execute("insert into build values ('counting', 2, 1, 'aside')")
    assert [row.state for row in read_builds(connection, "counting")] == ["serving", "aside"]


async def test_what_a_process_that_died_made_is_cleared_away_by_itself(
    log: Log, kafka_bootstrap: list[str], connection: psycopg.Connection[Any]
) -> None:
    forgotten, asked_for = (Aside(connection, Counting(log.topic.name), DAY).number for _ in range(2))
    connection.execute("update build set since = now() - interval '61 minutes' where number = %s", (forgotten,))
    wanted = {forgotten: "retired", asked_for: "aside"}

    async def is_retired() -> bool:
        states = {row.number: row.state for row in read_builds(connection, "counting")}
        return {number: states[number] for number in wanted} == wanted

    async with stage(log, kafka_bootstrap, relay=False):
        await until(is_retired, "what nobody asks for is retired")
