"""Figures and lists from real tables agree with each other and with a plain count, on any day."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta

import psycopg
import pytest

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.figures import figures
from services.coverage.domain.keys import DUTIES, STATUSES, due_key, unpack_enterprise
from services.coverage.domain.keys import FILTERS as PREDICATES
from services.coverage.projections import henan
from services.coverage.queries.conditions import FILTERS
from services.coverage.queries.figures import FigureQueries
from services.coverage.queries.lists import ListQueries
from tests.integration.coverage.lives import BUSINESS_DATE, FIRST, Life, filled
from xianfeng.refusal import Refused
from xianfeng.store.pool import Pool, open_pool
from xianfeng.units import Moved, Opened, UnitTree

MOVED_ON = date(2022, 3, 1)


def province() -> UnitTree:
    """A nation with one province of 18 cities, each of 9 counties, each of 15 streets; one county moves once."""
    tree = UnitTree("410000")

    def opened(code: str, level: str, parent: str | None) -> None:
        tree.apply(Opened(f"u{code}", code, f"单位{code}", level, parent, 0, date(1980, 1, 1)))

    opened("100000", "nation", None)
    opened("410000", "province", "u100000")
    for city in range(1, 19):
        opened(f"41{city:02}00", "city", "u410000")
        for county in range(1, 10):
            opened(f"41{city:02}{county:02}", "county", f"u41{city:02}00")
            for street in range(1, 16):
                opened(f"41{city:02}{county:02}{street:03}", "street", f"u41{city:02}{county:02}")
    tree.apply(Moved("u410101", "u410200", MOVED_ON))
    return tree


TREE = province()
RULES = henan()


@pytest.fixture(scope="module")
def lives(postgres_dsn: str) -> Iterator[list[Life]]:
    units = [unit for unit in TREE.on(BUSINESS_DATE) if unit != "u100000"]
    with filled(postgres_dsn, units, seed=7) as made:
        yield made


@pytest.fixture
async def pool(postgres_dsn: str, lives: list[Life]) -> AsyncIterator[Pool]:
    async with open_pool(postgres_dsn) as pool:
        yield pool


@pytest.fixture
def asked(pool: Pool) -> FigureQueries:
    return FigureQueries(pool, TREE, RULES)


@pytest.fixture
def listed(pool: Pool) -> ListQueries:
    return ListQueries(pool, TREE, RULES)


def plain(lives: list[Life], unit: str, day: date) -> list[tuple[int, int]]:
    tree, found = TREE.on(day), []
    for life in lives:
        at = life.at(day)
        if at is not None and tree.lies_under(life.units[at], unit):
            found.append((life.keys[at], 1))
            due = life.dues[at]
            found += [(due_key(due.toordinal()), 1)] if due else []
    return found


DAYS = [BUSINESS_DATE, FIRST, date(2021, 12, 31), MOVED_ON - timedelta(1), MOVED_ON, date(2023, 3, 1)]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("unit", ["", "410100", "单位410200", "u410101001"])
async def test_figures_are_a_plain_count(asked: FigureQueries, lives: list[Life], unit: str, day: date) -> None:
    answer = (await asked.overview(unit, day.isoformat())).figures
    expected = figures(plain(lives, answer.unit.id, day), day)
    for name in ("registered", "enterprises", "unsurveyed", "to_settle", "moving", "joint_with_three", "overdue"):
        assert getattr(answer, name) == getattr(expected, name), name
    assert dict(answer.by_status) == expected.by_status
    assert [(rate.name, rate.numerator, rate.denominator, rate.apart) for rate in answer.rates] == [
        (rate.name, rate.numerator, rate.denominator, rate.apart) for rate in expected.rates
    ]


async def test_children_and_own_add_up(asked: FigureQueries) -> None:
    answer = await asked.overview("410000")
    assert [child.unit.code for child in answer.children] == sorted(child.unit.code for child in answer.children)
    assert len(answer.children) == 18
    assert sum(child.registered for child in answer.children) + answer.own == answer.figures.registered
    assert sum(child.unplaced for child in answer.children) + answer.own == answer.figures.unplaced
    assert [unit.code for unit in answer.path] == ["410000"]


@pytest.mark.parametrize("day", ["", "2021-12-31"])
async def test_a_list_is_as_long_as_its_figure(asked: FigureQueries, listed: ListQueries, day: str) -> None:
    figure = (await asked.overview("410200", day)).figures
    for status in STATUSES:
        found = await listed.page(pb.ListRequest(unit="410200", day=day, status=status))
        assert found.total == figure.by_status[status], status
        assert all(row.status == status for row in found.rows)
    for duty in DUTIES[1:]:
        assert (await listed.page(pb.ListRequest(unit="410200", day=day, duty=duty))).total == figure.by_duty[duty]
    for name in set(FILTERS) - {"filing_missing"}:
        found = await listed.page(pb.ListRequest(unit="410200", day=day, filter=name))
        assert found.total == getattr(figure, name), name
    assert (await listed.page(pb.ListRequest(unit="410200", day=day, overdue=True))).total == figure.overdue


async def test_pages_cover_a_list_once(listed: ListQueries) -> None:
    seen: list[str] = []
    request = pb.ListRequest(unit="410300", page_size=100)
    while True:
        answer = await listed.page(request)
        seen += [row.subject for row in answer.rows]
        if not answer.next_page_token:
            break
        request.page_token = answer.next_page_token
    assert len(seen) == len(set(seen)) == answer.total > 300


async def test_find_by_code_and_by_part_of_a_name(listed: ListQueries) -> None:
    answer = await listed.find("410200", 5)
    assert [unit.code for unit in answer.units] == ["410200"]
    shown = (await listed.page(pb.ListRequest(page_size=1))).rows[0]
    for text in (shown.code, shown.name, shown.name[2:]):
        assert shown.subject in {row.subject for row in (await listed.find(text, 50)).enterprises}
    assert not (await listed.find("%", 5)).enterprises


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (pb.ListRequest(unit="没有这个单位"), "unknown-unit"),
        (pb.ListRequest(status="covered"), "bad-status"),
        (pb.ListRequest(duty="1"), "bad-duty"),
        (pb.ListRequest(filter="late"), "bad-filter"),
        (pb.ListRequest(day="2022-13-01"), "bad-day"),
        (pb.ListRequest(page_size=-1), "bad-page-size"),
        (pb.ListRequest(page_size=1001), "bad-page-size"),
        (pb.ListRequest(page_token="%%"), "bad-page-token"),
        (pb.ListRequest(text="长" * 201), "too-long"),
        (pb.ListRequest(text="a\0b"), "not-text"),
    ],
)
async def test_what_cannot_be_asked_is_refused(listed: ListQueries, request_: pb.ListRequest, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        await listed.page(request_)
    assert refused.value.reason == reason
    assert refused.value.field


async def test_held_enterprises_are_counted_where_they_stand(
    asked: FigureQueries, listed: ListQueries, postgres_dsn: str
) -> None:
    row = (await listed.page(pb.ListRequest(unit="410400", page_size=1))).rows[0]
    insert = "insert into held values ('coverage', 1, 0, %s, 2, 'gap', now())"
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(insert, (row.subject,))
        assert (await asked.overview("410400")).figures.held == 1
        assert (await asked.overview("410500")).figures.held == 0
        assert [found.subject for found in (await listed.page(pb.ListRequest(filter="held"))).rows] == [row.subject]
        connection.execute("delete from held")


async def test_a_provinces_overview_is_quick(asked: FigureQueries) -> None:
    """The figure itself belongs to the bench; here only that nothing has become slow by an order."""
    await asked.overview("410000")
    started = time.perf_counter()
    for _ in range(10):
        await asked.overview("410000")
    assert (time.perf_counter() - started) / 10 < 0.2


@pytest.mark.parametrize("name", PREDICATES)
async def test_a_filter_means_the_same_in_a_list_and_in_the_domain(
    listed: ListQueries, lives: list[Life], name: str
) -> None:
    day = date(2022, 1, 15)
    keys = [life.keys[at] for life in lives if (at := life.at(day)) is not None]
    found = await listed.page(pb.ListRequest(day=day.isoformat(), filter=name, page_size=1))
    assert found.total == sum(PREDICATES[name](unpack_enterprise(key)) for key in keys)
