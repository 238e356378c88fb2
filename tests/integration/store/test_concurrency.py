"""Several writers on one log, writers that die, and answers that get lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter as Tally
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.integration.store.counter import ACT, CATALOGUE, NAME, NOW, Counter, opening, prepare, raising, writing
from tests.integration.store.proxy import LosingProxy
from xianfeng.clock import ManualClock
from xianfeng.event import acting
from xianfeng.refusal import Refused
from xianfeng.store.bulk import append
from xianfeng.store.log import head, read
from xianfeng.store.reader import fold


@pytest.fixture
def dsn(database: str) -> str:
    prepare(database)
    return database


@pytest.fixture
def connection(dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def test_two_writers_decide_on_each_other_s_facts(dsn: str, connection: psycopg.Connection[Any]) -> None:
    with writing(dsn) as one, writing(dsn) as two:
        one.submit("c0", ACT, opening("cnt-1", "A")).result()
        futures = [(one, two)[n % 2].submit(f"r{n}", ACT, raising("cnt-1")) for n in range(200)]
        counts = [future.result().value["count"] for future in futures]
    assert sorted(counts) == list(range(1, 201))
    kept = fold(connection, NAME, Counter, "cnt-1", CATALOGUE)
    assert kept is not None
    assert (kept.count, kept.version) == (200, 201)


def test_a_stale_cache_refuses_nothing_wrongly(dsn: str) -> None:
    with writing(dsn) as one, writing(dsn) as two:
        one.submit("c0", ACT, opening("cnt-1", "A")).result()
        two.submit("c1", ACT, raising("cnt-1", 7)).result()
        seen = one.submit("c2", ACT, lambda session: {"count": session.get(Counter, "cnt-1").count}).result()
    assert seen.value == {"count": 7}


def test_one_key_is_claimed_once_by_many_writers(dsn: str) -> None:
    with writing(dsn) as one, writing(dsn) as two:
        writers = (one, two)
        futures = [writers[n % 2].submit(f"c{n}", ACT, opening(f"cnt-{n}", f"K{n // 4}")) for n in range(80)]
        refusals = [future.exception() for future in futures]
    taken = [refusal for refusal in refusals if refusal is not None]
    assert all(isinstance(refusal, Refused) and refusal.kind == "taken" for refusal in taken)
    assert len(taken) == 60


def test_a_reader_that_follows_misses_nothing_of_parallel_writers(
    dsn: str, connection: psycopg.Connection[Any]
) -> None:
    seen: list[int] = []
    done = threading.Event()

    def follow() -> None:
        with psycopg.connect(dsn, autocommit=True) as reader:
            last = 0
            while not (done.is_set() and last == head(reader, NAME)):
                for row in read(reader, NAME, after=last):
                    seen.append(row.position)
                    last = row.position

    follower = threading.Thread(target=follow)
    follower.start()
    with writing(dsn) as one, writing(dsn) as two, writing(dsn) as three:
        writers = (one, two, three)
        futures = [writers[n % 3].submit(f"o{n}", ACT, opening(f"cnt-{n}", str(n))) for n in range(300)]
        futures += [writers[(n + 1) % 3].submit(f"r{n}", ACT, raising(f"cnt-{n % 3}")) for n in range(300)]
        with psycopg.connect(dsn) as bulk, acting(ACT):
            for n in range(20):
                counter = Counter(f"blk-{n}")
                counter.clock = ManualClock(NOW)
                counter.open("bulk")
                append(bulk, NAME, counter.pending)
                bulk.commit()
        # Another writer may be asked to raise what is not open yet: that refusal is right.
        recorded = sum(future.exception() is None for future in futures) + 20
    done.set()
    follower.join()
    assert len(seen) == recorded
    assert seen == sorted(set(seen)) == [row.position for row in read(connection, NAME, limit=5_000)]


def test_a_lost_answer_of_a_commit_records_nothing_twice(dsn: str, connection: psycopg.Connection[Any]) -> None:
    proxy = LosingProxy(int(conninfo_to_dict(dsn)["port"] or 0))
    with writing(make_conninfo(dsn, port=proxy.port)) as writer:
        writer.submit("c1", ACT, opening("cnt-1", "A")).result()
        proxy.lose_next_commit()
        answer = writer.submit("c2", ACT, raising("cnt-1", 5)).result()
        after = writer.submit("c3", ACT, raising("cnt-1", 1)).result()
    proxy.close()
    assert proxy.lost == 1
    assert (answer.value, answer.repeated) == ({"version": 2, "count": 5}, False)
    assert after.value == {"version": 3, "count": 6}
    rows = read(connection, NAME)
    assert [row.version for row in rows] == [1, 2, 3]
    assert answer.position == rows[1].position


def test_connections_that_are_cut_are_made_again(dsn: str, connection: psycopg.Connection[Any]) -> None:
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> %s"
    with writing(dsn) as writer:
        writer.submit("o", ACT, opening("cnt-1", "A")).result()
        for turn in range(5):
            futures = [writer.submit(f"r{turn}-{n}", ACT, raising("cnt-1")) for n in range(20)]
            connection.execute(cut, (connection.info.backend_pid,))
            assert [future.result().repeated for future in futures] == [False] * 20
    assert [row.version for row in read(connection, NAME)] == list(range(1, 102))


def test_a_database_that_stays_away_refuses_for_now(dsn: str) -> None:
    proxy = LosingProxy(int(conninfo_to_dict(dsn)["port"] or 0))
    with writing(make_conninfo(dsn, port=proxy.port), patience=0.2) as writer:
        writer.submit("c1", ACT, opening("cnt-1", "A")).result()
        proxy.close()
        refusal = writer.submit("c2", ACT, raising("cnt-1", 5)).exception()
    assert isinstance(refusal, Refused)
    assert refusal.kind == "unavailable"


def test_a_killed_writer_leaves_whole_commands_only(dsn: str, connection: psycopg.Connection[Any]) -> None:
    answered: set[str] = set()
    for turn in range(3):
        busy = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.store.busy", dsn], stdout=subprocess.PIPE, text=True
        )
        assert busy.stdout is not None
        for _ in range(200 + 77 * turn):
            answered.add(busy.stdout.readline().strip())
        busy.kill()
        answered.update(line.strip() for line in busy.stdout if line.endswith("\n"))
        busy.wait()
    stored = {row[0] for row in connection.execute("select id from command")}
    assert answered <= stored
    rows = read(connection, NAME, limit=1_000_000)
    assert len(rows) == len(stored)
    versions = Tally(row.subject for row in rows)
    assert all(sorted(r.version for r in rows if r.subject == s) == list(range(1, n + 1)) for s, n in versions.items())
