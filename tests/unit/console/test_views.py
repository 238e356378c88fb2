"""What the pages show, made of the services' answers."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.platform.v1 import operations_pb2 as ops
from services.console.views.explanation import explained
from services.console.views.health import Process, health
from services.console.views.machine import Machine
from services.console.views.overview import overview

COUNTS = st.integers(min_value=0, max_value=10**6)
STATUSES = ("own", "joint", "regional", "industry", "grid", "work", "none")


def answer_of(by_status: dict[str, int], children: int = 0) -> pb.OverviewResponse:
    figures = pb.Figures(unit=pb.Unit(id="u"), by_status=by_status, enterprises=sum(by_status.values()))
    below = [pb.Figures(unit=pb.Unit(id=f"c{n}"), by_status=by_status) for n in range(children)]
    return pb.OverviewResponse(figures=figures, children=below)


@given(st.dictionaries(st.sampled_from(STATUSES), COUNTS))
def test_a_bar_is_filled_or_empty_and_its_stretches_follow_each_other(by_status: dict[str, int]) -> None:
    bars = overview(answer_of(by_status)).bars
    total = sum(bar.width for bar in bars)
    assert abs(total - (100 if any(by_status.values()) else 0)) < 0.05
    for before, after in itertools.pairwise(bars):
        assert abs(before.start + before.width - after.start) < 0.02


@given(st.dictionaries(st.sampled_from(STATUSES), COUNTS), st.integers(0, 20))
def test_element_ids_are_unique_and_children_keep_their_order(by_status: dict[str, int], children: int) -> None:
    view = overview(answer_of(by_status, children))
    assert [child.id for child in view.children] == [f"c{n}" for n in range(children)]
    numbers = [*view.headline, *view.statuses, *view.duties, *view.asides]
    numbers += [number for child in view.children for number in (child.must_form, child.overdue)]
    ids = [number.id for number in numbers] + [bar.id for bar in view.bars]
    ids += [bar.id for child in view.children for bar in child.bars]
    assert len(ids) == len(set(ids))


def test_shape_changes_with_rows_and_not_with_numbers() -> None:
    assert overview(answer_of({"own": 1}, 2)).shape == overview(answer_of({"own": 9}, 2)).shape
    assert overview(answer_of({"own": 1}, 2)).shape != overview(answer_of({"own": 1}, 3)).shape


def test_a_rate_over_zero_is_shown_as_coverage_says() -> None:
    answer = answer_of({})
    answer.figures.rates.add(name="R7", shown="–")
    (rate,) = overview(answer).rates
    assert (rate.shown, rate.percent) == ("–", 0.0)


def test_links_keep_the_day_that_was_asked_for() -> None:
    view = overview(answer_of({"own": 1}, 1), "2022-03-31")
    addresses = [number.href for number in (*view.statuses, *view.duties)] + [view.children[0].href]
    assert all("day=2022-03-31" in address for address in addresses)


def test_facts_that_decide_come_apart_from_the_time_line() -> None:
    lines = [
        pb.FactLine(slot="formal", value="1名", effective="2021-09-01", voided=True),
        pb.FactLine(slot="formal", value="3名", effective="2022-01-01", in_force=True),
        pb.FactLine(slot="scope", value="纳入统计", effective="2021-07-08", in_force=True),
    ]
    view = explained(pb.Explanation(facts=lines))
    assert [fact.value for fact in view.decisive] == ["3名", "纳入统计"]
    assert [fact.value for fact in view.timeline] == ["3名", "1名", "纳入统计"]


def test_health_is_not_well_when_anything_is_not() -> None:
    well = ops.ServiceStatus(service="coverage", projections=[ops.ProjectionStatus(name="p", state="serving")])
    room, full = Machine(100, 50, ()), Machine(100, 5, ())
    assert health({"coverage": well}, {}, [], room, watched=0, clients=0).well
    assert not health({"coverage": well}, {}, [], full, watched=0, clients=0).well
    held = ops.ServiceStatus(projections=[ops.ProjectionStatus(name="p", held=1)])
    stuck = ops.ServiceStatus(relay=ops.RelayStatus(stuck="away"))
    for status in (held, stuck):
        assert not health({"coverage": status}, {}, [], room, watched=0, clients=0).well
    assert not health({}, {"coverage": "away"}, [], room, watched=0, clients=0).well
    starting = [Process("kafka", "starting", 1, 0, False)]
    assert not health({"coverage": well}, {}, starting, room, watched=0, clients=0).well
