"""The projection on a real PostgreSQL: batch by batch, rebuilt, over midnights; each time the rows and counts that
the pure timeline gives, and announcements of the differences alone."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.coverage.domain.keys import due_key
from services.coverage.domain.timeline import on
from services.coverage.events import CATALOGUE, AssessmentChanged
from services.coverage.projections import CoverageProjection
from tests.unit.coverage.histories import Teller, assessor, ident
from tests.unit.coverage.strategies import histories
from xianfeng.bus.projection import Build, Record
from xianfeng.bus.topics import partition_of
from xianfeng.clock import ManualClock
from xianfeng.store import MIGRATIONS
from xianfeng.store.migrate import migrate

OWN_MIGRATIONS = Path(__file__).parents[3] / "services" / "coverage" / "migrations"
TODAY = date(2022, 6, 1)
Connection = psycopg.Connection[Any]


@pytest.fixture
def conn(database: str) -> Iterator[Connection]:
    with psycopg.connect(database) as connection:
        migrate(connection, "coverage", MIGRATIONS, OWN_MIGRATIONS)
        connection.commit()
        yield connection


class Bench:
    """Feeds one build as the consumer does, with its own memory."""

    def __init__(self, conn: Connection, number: int, *, building: bool, announcing: bool) -> None:
        self.conn, self.clock = conn, ManualClock(datetime(2022, 6, 1, 4, tzinfo=UTC))
        self.build = Build("coverage", 1, number, building, announcing)
        self.projection = CoverageProjection(self.clock, assessor().rules)
        self.day = TODAY
        self.projection.create(conn, self.build)

    def feed(self, records: Sequence[Record]) -> None:
        self.projection.load(self.conn, self.build, {record.subject for record in records})
        for record in records:
            assert record.version == self.projection.version_of(record.subject) + 1
            self.projection.apply(record)
        self.projection.write(self.conn, self.build, self.day, {record.subject for record in records})
        self.conn.commit()

    def assess(self) -> None:
        for partition in range(12):
            self.projection.assess(self.conn, self.build, partition, self.day)
        self.conn.commit()

    def announce(self) -> None:
        self.projection.announce(self.conn, self.build, range(12))
        self.conn.commit()

    def midnight(self) -> None:
        self.day += timedelta(1)
        self.clock.set(self.clock.now() + timedelta(1))
        for partition in range(12):
            self.projection.advance(self.conn, self.build, partition, self.day)
        self.conn.commit()

    def rows(self) -> list[tuple[Any, ...]]:
        n = self.build.number
        return self.conn.execute(
            f"select subject, version, code, name, unit, status, duty, since, due, key, organisation, next_change, days,"
            f" keys, cells, sinces, dues, units from enterprise_b{n} order by subject"
        ).fetchall()

    def counts(self) -> dict[tuple[str, int], int]:
        query = f"select unit, key, sum(n)::int from counts_b{self.build.number} group by 1, 2 having sum(n) <> 0"
        return {(unit, key): n for unit, key, n in self.conn.execute(query)}

    def told(self) -> list[AssessmentChanged]:
        query = "select state from coverage_events order by notification_id"
        events = [CATALOGUE.load(bytes(raw)).data for (raw,) in self.conn.execute(query)]
        return [event for event in events if isinstance(event, AssessmentChanged)]


def records(tellers: dict[str, Teller], seed: int = 1) -> list[Record]:
    """The events of many subjects mixed, each subject's in order."""
    queues = {subject: list(teller.events) for subject, teller in tellers.items()}
    order = [subject for subject, events in queues.items() for _ in events]
    random.Random(seed).shuffle(order)
    result = []
    for position, subject in enumerate(order, 1):
        version, effective, data = queues[subject].pop(0)
        result.append(Record(partition_of(subject), subject, version, data.TYPE, effective, data, f"e{position}", "c"))
    return result


def expected_counts(tellers: dict[str, Teller], day: date) -> dict[tuple[str, int], int]:
    counts: Counter[tuple[str, int]] = Counter()
    for teller in tellers.values():
        segment = on(teller.life(), day.toordinal())
        if segment is not None and segment.key:
            counts[segment.unit, segment.key] += 1
            if segment.due:
                counts[segment.unit, due_key(segment.due)] += 1
    return dict(counts)


def expected_rows(tellers: dict[str, Teller], day: date) -> dict[str, tuple[str | None, str | None]]:
    rows: dict[str, tuple[str | None, str | None]] = {}
    for subject, teller in tellers.items():
        if life := teller.life():
            segment = on(life, day.toordinal())
            cell = assessor().rules.cells[segment.cell] if segment is not None and segment.key else None
            rows[subject] = (cell.status, cell.duty or None) if cell else (None, None)
    return rows


mixed = st.lists(histories(), min_size=1, max_size=5).map(
    lambda tellers: {ident("ent", str(n)): teller for n, teller in enumerate(tellers)}
)
quick = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


NUMBERS = count(1)


@quick
@given(mixed, st.integers(1, 6), st.integers(0, 9))
def test_live_rebuilt_and_pure_agree_over_midnights(
    conn: Connection, tellers: dict[str, Teller], size: int, nights: int
) -> None:
    conn.rollback()
    conn.execute("truncate announced, coverage_events")
    live = Bench(conn, next(NUMBERS), building=False, announcing=True)
    rebuilt = Bench(conn, next(NUMBERS), building=True, announcing=False)
    mixture = records(tellers)
    middle = len(mixture) // 2
    for n in range(0, middle, size):
        live.feed(mixture[n : min(n + size, middle)])
    for _ in range(nights):
        live.midnight()
    live.projection.forget()
    for n in range(middle, len(mixture), size):
        live.feed(mixture[n : n + size])
    rebuilt.day = live.day
    for n in range(0, len(mixture), 3):
        rebuilt.feed(mixture[n : n + 3])
    rebuilt.assess()
    assert live.rows() == rebuilt.rows()
    assert live.counts() == rebuilt.counts() == expected_counts(tellers, live.day)
    found = {row[0]: (row[5], row[6]) for row in live.rows()}
    assert found == expected_rows(tellers, live.day)
    before = len(live.told())
    rebuilt.announce()
    assert len(rebuilt.told()) == before, "a rebuild over the same events tells nothing"
    live.projection.drop(conn, live.build)
    rebuilt.projection.drop(conn, rebuilt.build)


def one(*facts: tuple[str, date, dict[str, Any]]) -> dict[str, Teller]:
    teller = Teller()
    teller.register(date(2022, 1, 1))
    for what, day, data in facts:
        teller.tell(what, day, **data)
    return {ident("ent", "one"): teller}


def test_an_advisers_term_ends_without_an_event_and_is_told_once(conn: Connection) -> None:
    adviser = {"adviser": ident("adv", "a"), "kind": "community", "until": TODAY + timedelta(1)}
    tellers = one(
        ("members-counted", date(2022, 1, 1), {"formal": 0, "probationary": 0, "elsewhere": 0}),
        ("adviser-assigned", date(2022, 2, 1), adviser),
    )
    bench = Bench(conn, 1, building=False, announcing=True)
    bench.feed(records(tellers))
    assert [(t.status, t.duty) for t in bench.told()] == [("work", None)]
    bench.midnight()
    assert len(bench.told()) == 1
    bench.midnight()
    last = bench.told()[-1]
    assert (len(bench.told()), last.status, last.duty, last.cause) == (2, "none", "assign_adviser", "calendar")
    assert (last.since, last.due) == (bench.day, bench.day + timedelta(90))
    assert bench.counts() == expected_counts(tellers, bench.day)


def test_an_episode_survives_a_late_fact(conn: Connection) -> None:
    tellers = one(("members-counted", date(2022, 5, 1), {"formal": 3}))
    bench = Bench(conn, 1, building=False, announcing=True)
    bench.feed(records(tellers))
    next(iter(tellers.values())).tell("members-counted", date(2022, 3, 1), formal=4)
    bench.feed(records(tellers)[-1:])
    first, second = bench.told()
    assert first.episode == second.episode is not None
    assert (first.since, second.since) == (date(2022, 5, 1), date(2022, 3, 1))
    assert second.cause == "event"


def test_a_future_fact_does_nothing_until_its_day(conn: Connection) -> None:
    tellers = one(("members-counted", TODAY + timedelta(2), {"formal": 3}))
    bench = Bench(conn, 1, building=False, announcing=True)
    bench.feed(records(tellers))
    assert bench.rows()[0][6] == "survey"
    bench.midnight()
    assert bench.rows()[0][6] == "survey"
    bench.midnight()
    assert bench.rows()[0][6] == "form_organisation"
    assert bench.rows()[0][7] == TODAY + timedelta(2)


def test_a_first_build_tells_everything_and_the_next_nothing(conn: Connection) -> None:
    tellers = one(("members-counted", date(2022, 5, 1), {"formal": 3}))
    for number, told in ((1, 1), (2, 1)):
        bench = Bench(conn, number, building=True, announcing=False)
        bench.feed(records(tellers))
        bench.assess()
        bench.announce()
        assert [t.cause for t in bench.told()] == ["rebuild"] * told


def test_projects_and_organisations_count_apart(conn: Connection) -> None:
    project = Teller("project")
    project.tell("registered", date(2022, 1, 1), name="一号小区", unit=ident("unit", "street"))
    project.tell("service-started", date(2022, 1, 2), enterprise=ident("ent", "one"), until=TODAY)
    project.tell("organisation-covered", date(2022, 1, 3), organisation=ident("org", "p"), form="joint")
    organisation = Teller("organisation")
    organisation.tell("opened", date(2022, 1, 1), name="联合党支部", form="joint", unit=ident("unit", "street"))
    organisation.tell("step-recorded", date(2022, 2, 1), step="approved", on=date(2022, 2, 1))
    tellers = {ident("prj", "one"): project, ident("org", "one"): organisation}
    bench = Bench(conn, 1, building=False, announcing=True)
    bench.feed(records(tellers))
    row = conn.execute("select enterprise, form, next_change from project_b1").fetchone()
    assert row == (ident("ent", "one"), "joint", TODAY + timedelta(1))
    assert conn.execute("select form, standing from organisation_b1").fetchone() == ("joint", True)
    assert sum(bench.counts().values()) == 2
    bench.midnight()
    assert conn.execute("select enterprise from project_b1").fetchone() == (None,)
