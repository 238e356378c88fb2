"""What a unit itself has to do: a city forms its industry committee, with a leading group, and keeps it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.projections import henan
from services.coverage.queries.figures import FigureQueries
from services.registry.events.organisation import CommitteeChanged, CommitteeEnded, CommitteeFormed
from tests.integration.coverage.world import World, world
from xianfeng.event import subject_id
from xianfeng.store.pool import open_pool
from xianfeng.units import Opened, UnitTree

PROVINCE, CITY, OTHER, COUNTY, ALSO = (
    subject_id("unit", code) for code in ("410000", "410800", "410100", "410811", "419001")
)
COMMITTEE = subject_id("com", "a")


def tree() -> UnitTree:
    grown = UnitTree("410000")
    day = date(1980, 1, 1)
    grown.apply(Opened("u1", "100000", "中华人民共和国", "nation", None, 0, day))
    grown.apply(Opened(PROVINCE, "410000", "河南省", "province", "u1", 0, day))
    grown.apply(Opened(CITY, "410800", "焦作市", "city", PROVINCE, 0, day))
    grown.apply(Opened(OTHER, "410100", "郑州市", "city", PROVINCE, 0, day))
    grown.apply(Opened(COUNTY, "410811", "山阳区", "county", CITY, 0, day))
    grown.apply(Opened(ALSO, "419001", "济源市", "county", PROVINCE, 0, day))
    return grown


@pytest.fixture
def told(database: str) -> Iterator[World]:
    with world(database, date(2022, 3, 1)) as made:
        yield made


@pytest.fixture
async def asked(told: World) -> AsyncIterator[FigureQueries]:
    async with open_pool(told.conninfo("coverage")) as pool:
        yield FigureQueries(pool, tree(), henan())


async def duty(asked: FigureQueries, unit: str, day: str = "") -> tuple[str, str]:
    figures = (await asked.overview(unit, day)).figures
    assert bool(figures.unit_duty) == bool(figures.unit_clause) == bool(figures.unit_clause_text)
    return figures.unit_duty, figures.unit_due


async def test_only_cities_and_the_named_unit_owe_a_committee(asked: FigureQueries) -> None:
    owed = ("form_committee", "2021-07-31")
    assert await duty(asked, CITY) == owed
    assert await duty(asked, ALSO) == owed
    for unit in (PROVINCE, COUNTY):
        assert await duty(asked, unit) == ("", "")
    overview = await asked.overview(PROVINCE)
    assert {child.unit.id for child in overview.children if child.unit_duty} == {CITY, OTHER, ALSO}
    assert overview.children[0].unit_clause.endswith("二（一）")
    assert "组建物业行业党委" in overview.children[0].unit_clause_text


async def test_before_the_rules_nothing_is_owed(asked: FigureQueries) -> None:
    assert await duty(asked, CITY, "2021-07-07") == ("", "")
    assert (await duty(asked, CITY, "2021-07-08"))[0] == "form_committee"


async def test_a_committee_with_a_leading_group_ends_the_duty_while_it_stands(
    told: World, asked: FigureQueries
) -> None:
    told.tell(COMMITTEE, CommitteeFormed(unit=CITY, name="焦作市物业行业党委", leading_group=0, staff=0), "2021-08-01")
    told.tell(COMMITTEE, CommitteeChanged(leading_group=5), "2021-09-01")
    told.tell(COMMITTEE, CommitteeEnded(cause="withdrawn"), "2022-02-01")
    told.fold()
    found = {day: (await duty(asked, CITY, day))[0] for day in ("2021-08-31", "2021-09-01", "2022-01-31", "2022-02-01")}
    assert found == {
        "2021-08-31": "form_committee", "2021-09-01": "", "2022-01-31": "", "2022-02-01": "form_committee"
    }  # fmt: skip
    assert (await duty(asked, OTHER, "2021-09-01"))[0] == "form_committee"


async def test_what_a_rate_shows_apart_has_a_name(asked: FigureQueries) -> None:
    rates: list[pb.Rate] = list((await asked.overview(CITY)).figures.rates)
    assert {rate.name: rate.apart_label for rate in rates if rate.apart_label} == {
        "R4": "其中仅靠招聘党员职工计划", "R7": "其中按时报备"
    }  # fmt: skip
