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
from services.coverage.queries.figures import FigureQueries
from services.coverage.queries.finding import Finder
from services.coverage.queries.lists import SORTS, ListQueries
from services.coverage.queries.projects import ProjectQueries
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


def named_figures(figure: pb.Figures) -> dict[str, int]:
    """What the filters of a list stand behind: plain figures, and both sides of every rate of enterprises."""
    rates = {rate.name: rate for rate in figure.rates}
    names = ("enterprises", "unsurveyed", "unknown_registry_status", "to_settle", "moving", "joint_with_three")
    return {name: getattr(figure, name) for name in (*names, "recruiting_alone", "unplaced", "held")} | {
        "organised": rates["R1"].numerator, "threshold_own": rates["R3"].numerator,
        "threshold": rates["R3"].denominator, "threshold_organised": rates["R3a"].numerator,
        "without_organisation": rates["R4"].denominator, "covered": rates["R5"].numerator,
        "filed": rates["R7"].numerator, "base": rates["R7"].denominator, "filed_in_time": rates["R7"].apart,
        "filing_missing": rates["R7"].denominator - rates["R7"].numerator,
    }  # fmt: skip


@pytest.mark.parametrize("day", ["", "2021-12-31"])
async def test_a_list_is_as_long_as_its_figure(asked: FigureQueries, listed: ListQueries, day: str) -> None:
    figure = (await asked.overview("410200", day)).figures
    for status in STATUSES:
        found = await listed.page(pb.ListRequest(unit="410200", day=day, status=status))
        assert found.total == figure.by_status[status], status
        assert all(row.status == status for row in found.rows)
    for duty in DUTIES[1:]:
        assert (await listed.page(pb.ListRequest(unit="410200", day=day, duty=duty))).total == figure.by_duty[duty]
    for name, value in named_figures(figure).items():
        found = await listed.page(pb.ListRequest(unit="410200", day=day, filter=name))
        assert found.total == value, name
    assert (await listed.page(pb.ListRequest(unit="410200", day=day, overdue=True))).total == figure.overdue


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
async def test_pages_cover_a_list_once_in_the_readers_order_there_and_back(listed: ListQueries, sort: str) -> None:
    request, there = pb.ListRequest(unit="410300", page_size=150, sort=sort), list[pb.ListResponse]()
    while not there or request.page_token:
        there.append(await listed.page(request))
        request.page_token = there[-1].next_page_token
    rows = [row for answer in there for row in answer.rows]
    assert len(rows) == len({row.subject for row in rows}) == there[0].total > 300
    assert [answer.before for answer in there] == [150 * n for n in range(len(there))]
    assert [row.subject for row in rows] == [row.subject for row in in_order(rows, sort)]
    back = [there[-1]]
    while back[0].previous_page_token:
        request.page_token = back[0].previous_page_token
        back.insert(0, await listed.page(request))
    assert [list(answer.rows) for answer in back] == [list(answer.rows) for answer in there]
    assert [answer.before for answer in back] == [answer.before for answer in there]


def in_order(rows: list[pb.Row], sort: str) -> list[pb.Row]:
    """What has no value of its own comes last, either way round."""
    name = sort.removeprefix("-")
    places = {"status": STATUSES.index, "duty": DUTIES.index}

    def value(row: pb.Row) -> object:
        return places.get(name, str)(getattr(row, name))

    ordered = sorted(rows, key=lambda row: (value(row), row.name, row.subject), reverse=sort.startswith("-"))
    return sorted(ordered, key=lambda row: not getattr(row, name))


async def test_own_level_is_what_stands_at_the_unit_itself(asked: FigureQueries, listed: ListQueries) -> None:
    own = [(await asked.overview(unit)).own for unit in ("410000", "410200", "410300", "410401")]
    assert any(own)
    for unit, wanted in zip(("410000", "410200", "410300", "410401"), own, strict=True):
        assert (await listed.page(pb.ListRequest(unit=unit, filter="own_level"))).total == wanted


async def test_find_by_code_and_by_part_of_a_name_within_a_unit(pool: Pool, listed: ListQueries) -> None:
    finder = Finder(pool, TREE, listed, ProjectQueries(pool, TREE, RULES))
    answer = await finder.find("410200", 5, "")
    assert answer.units[0].code == "410200"
    assert [unit.code for unit in (await finder.find("位4102", 3, "u410200")).units] == [
        "410200",
        "410201",
        "410201001",
    ]
    shown = (await listed.page(pb.ListRequest(unit="410201", page_size=1))).rows[0]
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in shown.code)
    for text in (shown.code, wide, shown.name, shown.name[2:]):
        assert shown.subject in {row.subject for row in (await finder.find(text, 50, "u410200")).enterprises}
        assert not (await finder.find(text, 50, "u410300")).enterprises
    assert not (await finder.find("%", 5, "")).enterprises


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
        (pb.ListRequest(page_token="WyJuYW1lIixmYWxzZSxbMSwiIiwiIl1d"), "bad-page-token"),
        (pb.ListRequest(page_token="WyJuYW1lIixmYWxzZSxbIiIsIiIsIiJdXQ==", sort="-name"), "bad-page-token"),
        (pb.ListRequest(sort="rate"), "bad-sort"),
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
        connection.execute(insert, ("ent-without-a-row",))
        # What stands nowhere yet is shown by every unit, in the figure and in its list.
        assert (await asked.overview("410500")).figures.held == 1
        assert [found.subject for found in (await listed.page(pb.ListRequest(unit="410500", filter="held"))).rows] == [
            "ent-without-a-row"
        ]
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
