"""A moment changes with everything that answers stand on; answers that are kept are those of now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

import psycopg
import pytest

from services.coverage.projections import henan
from services.coverage.queries.figures import FigureQueries
from services.coverage.queries.kept import KeptAnswers
from services.coverage.queries.moments import Moments
from services.registry.divisions import unit_id
from services.registry.events.enterprise import EnterpriseMembersCounted, EnterpriseRegistered
from tests.e2e.office import codes
from tests.integration.coverage.world import World, world
from xianfeng.event import subject_id
from xianfeng.store.pool import open_pool
from xianfeng.units import Opened, Renamed, UnitTree

TODAY = date(2026, 3, 2)
UNIT = unit_id("410000")


@pytest.fixture(scope="module")
def told(postgres_dsn: str) -> Iterator[World]:
    with world(postgres_dsn, TODAY) as made:
        yield made


@pytest.fixture
def tree() -> UnitTree:
    made = UnitTree("410000")
    made.apply(Opened(UNIT, "410000", "河南省", "province", None, 0, date(1980, 1, 1)))
    return made


@pytest.fixture
async def moments(told: World) -> AsyncIterator[Moments]:
    made = Moments(told.conninfo("coverage"))
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def asked(told: World, moments: Moments, tree: UnitTree) -> AsyncIterator[FigureQueries]:
    async with open_pool(told.conninfo("coverage"), read_only=True) as pool:
        yield FigureQueries(pool, tree, henan(), KeptAnswers(moments.now, lambda: tree.position))


async def test_answers_are_kept_and_follow_facts_days_and_units(
    told: World, asked: FigureQueries, tree: UnitTree
) -> None:
    code = next(codes(31))
    subject = subject_id("ent", code)
    before = await asked.overview("410000")
    assert await asked.overview("410000") is before
    told.tell(subject, EnterpriseRegistered(code=code, name="时刻物业", unit=UNIT))
    told.fold()
    assert (await asked.overview("410000")).figures.registered == before.figures.registered + 1
    told.tell(subject, EnterpriseMembersCounted(formal=3, probationary=0, elsewhere=0))
    told.fold()
    assert (await asked.overview("410000")).figures.by_duty["form_organisation"] == 1
    assert (await asked.figures("410000", "")).figures.by_duty["form_organisation"] == 1
    told.pass_to(TODAY + timedelta(1))
    assert (await asked.overview("410000")).figures.day == "2026-03-03"
    tree.apply(Renamed(UNIT, "中原省", date(2026, 3, 1)))
    assert (await asked.overview("410000")).figures.unit.name == "中原省"


async def test_who_is_held_is_part_of_the_moment(told: World, moments: Moments) -> None:
    before = await moments.now()
    hold = "insert into held values ('coverage', 1, 0, 'ent-1', 2, 'gap', now())"
    with psycopg.connect(told.conninfo("coverage"), autocommit=True) as connection:
        connection.execute(hold)
        held = await moments.now()
        connection.execute("update held set version = 3")
        later = await moments.now()
        connection.execute("delete from held")
    assert len({before, held, later}) == 3
    assert await moments.now() == before


async def test_many_who_ask_at_once_share_a_reading(told: World, moments: Moments) -> None:
    found = await asyncio.gather(*(moments.now() for _ in range(100)))
    assert len({id(one) for one in found}) == 1


async def test_a_lost_connection_is_made_anew(told: World, moments: Moments) -> None:
    before = await moments.now()
    kill = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and query like %s"
    with psycopg.connect(told.conninfo("coverage"), autocommit=True) as connection:
        assert connection.execute(kill, ("%from held h%",)).fetchall()
    assert await moments.now() == before
