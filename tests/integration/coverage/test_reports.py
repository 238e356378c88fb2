"""Monthly reports over ten thousand random lives: their lists are those of a plain count, every formula holds."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest

from proto.xianfeng.coverage.v1 import reports_pb2 as pb
from services.coverage.domain.keys import unpack_enterprise
from services.coverage.projections import henan
from services.coverage.queries.figures import FigureQueries
from services.coverage.reports.making import ReportMaker
from tests.integration.coverage.lives import BUSINESS_DATE, Life, filled
from tests.integration.coverage.test_queries import MOVED_ON, TREE
from tests.integration.coverage.world import at
from xianfeng.clock import ManualClock
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import Principal
from xianfeng.store.pool import Pool, open_pool

RULES = henan()


@pytest.fixture(scope="module")
def lives(postgres_dsn: str) -> Iterator[list[Life]]:
    units = [unit for unit in TREE.on(BUSINESS_DATE) if unit != "u100000"]
    with filled(postgres_dsn, units, seed=11) as made:
        yield made


@pytest.fixture
async def pool(postgres_dsn: str, lives: list[Life]) -> AsyncIterator[Pool]:
    pool = open_pool(postgres_dsn, read_only=True)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
def maker(pool: Pool) -> ReportMaker:
    return ReportMaker(pool, TREE, RULES, ManualClock(at(BUSINESS_DATE)))


def counted(lives: list[Life], unit: str, day: date) -> set[str]:
    """Who operates in scope under the unit on the day, by the plain reading of each life."""
    below, found = set(TREE.on(day).subtree(unit)), set()
    for life in lives:
        place = life.at(day)
        if place is not None and life.units[place] in below and unpack_enterprise(life.keys[place]).operating:
            found.add(life.subject)
    return found


def subjects(changes: object) -> set[str]:
    return {change.subject for change in changes}  # type: ignore[attr-defined]


@pytest.mark.parametrize("unit", ["410000", "410100", "410101", "410200", "410101003"])
@pytest.mark.parametrize("month", ["2021-08", "2022-01", "2022-03", "2022-05"])
async def test_lists_are_those_of_a_plain_count(maker: ReportMaker, lives: list[Life], unit: str, month: str) -> None:
    report = await maker.make(unit, month)
    before = counted(lives, f"u{unit}", date.fromisoformat(report.before_day))
    after = counted(lives, f"u{unit}", date.fromisoformat(report.cutoff))
    assert (report.before.enterprises, report.figures.enterprises) == (len(before), len(after))
    assert subjects(report.added) | subjects(report.moved_in) == after - before
    assert subjects(report.removed) | subjects(report.moved_out) == before - after
    assert subjects(report.changed) <= before & after
    lists = (report.added, report.removed, report.moved_in, report.moved_out)
    added, removed, moved_in, moved_out = map(len, lists)
    assert added - removed + moved_in - moved_out == len(after) - len(before)


@pytest.mark.parametrize("unit", ["410000", "410100", "410101003"])
@pytest.mark.parametrize("month", ["2021-08", "2022-05"])
async def test_every_formula_holds(maker: ReportMaker, unit: str, month: str) -> None:
    report = await maker.make(unit, month)
    # These lives have no facts behind them, so no organisation of their own has a type.
    assert [check for check in report.checks if check.difference and check.name != "own"] == []
    assert len(report.roll) == report.figures.registered
    assert {check.name for check in report.checks} >= {"counted", "registered", "moves", "list", "children.enterprises"}


async def test_figures_are_those_of_the_overview(maker: ReportMaker, pool: Pool) -> None:
    overview = await FigureQueries(pool, TREE, RULES).overview("410000", "2022-03-31")
    report = await maker.make("410000", "2022-03")
    for told, shown in zip((report.figures, *report.children), (overview.figures, *overview.children), strict=True):
        for field in ("unit_duty", "unit_due", "unit_clause", "unit_clause_text"):
            shown.ClearField(field)
        assert told == shown


async def test_a_county_that_went_to_another_city_is_moved_with_its_enterprises(
    maker: ReportMaker, lives: list[Life]
) -> None:
    assert MOVED_ON.month == 3
    left, came = await maker.make("410100", "2022-03"), await maker.make("410200", "2022-03")
    gone = {change.subject for change in left.moved_out if change.cause == "tree"}
    assert gone
    assert gone == {change.subject for change in came.moved_in if change.cause == "tree"}


async def test_lines_stand_in_division_order_and_name_their_units(maker: ReportMaker) -> None:
    report = await maker.make("410100", "2022-05")
    order = {unit: place for place, unit in enumerate(TREE.on(date(2022, 5, 31)).subtree("u410100"))}
    places = [order[report.units[line.unit].id] for line in report.roll]
    assert places == sorted(places)
    assert all(line.name and line.code and line.status for line in report.roll)


async def test_layouts_add_up(maker: ReportMaker) -> None:
    report = await maker.make("410000", "2022-05")
    first, third = report.layouts
    assert [layout.name for layout in report.layouts] == ["L1", "L3"]
    assert first.rows[0].cells[0] == str(report.figures.enterprises)
    for column, total in enumerate(third.rows[-1].cells):
        if total != "–":
            assert int(total) == sum(int(row.cells[column]) for row in third.rows[:-1])


async def test_a_month_that_is_not_over_says_so(maker: ReportMaker) -> None:
    assert (await maker.make("410000", "2022-06")).preliminary
    assert not (await maker.make("410000", "2022-05")).preliminary


async def test_before_the_units_there_is_nothing_to_report(maker: ReportMaker) -> None:
    with pytest.raises(Refused):
        await maker.make("410000", "1979-12")
    first = await maker.make("410000", "1980-01")
    assert not first.HasField("before")
    assert [check for check in first.checks if check.difference] == []


async def test_a_province_takes_less_than_three_seconds(maker: ReportMaker) -> None:
    await maker.make("410000", "2022-05")
    begun = time.perf_counter()
    report = await maker.make("410000", "2022-05")
    assert time.perf_counter() - begun < 3
    assert len(pb.Report.FromString(report.SerializeToString()).roll) == report.figures.registered


async def test_only_the_unit_and_those_above_it_see_its_report(maker: ReportMaker) -> None:
    office = Principal("acc-1", "housing_authority", "u410100")
    assert (await maker.make("410105003", "2022-02", caller=office)).figures.registered
    for unit in ("410000", "410200"):
        with pytest.raises(Refused) as refused:
            await maker.make(unit, "2022-02", caller=office)
        assert refused.value.kind == "denied"
