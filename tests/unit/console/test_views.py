"""What the pages show, made of the services' answers."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.platform.v1 import operations_pb2 as ops
from services.console.pages.units import COLUMNS
from services.console.views import labels
from services.console.views.explanation import explained
from services.console.views.health import Process, health
from services.console.views.listing import listed
from services.console.views.machine import Machine
from services.console.views.overview import overview
from services.console.when import PRESENT, When
from services.coverage.domain import keys, warnings
from services.coverage.queries import conditions, projects, warning_lists
from services.coverage.queries.lists import SORTS

COUNTS = st.integers(min_value=0, max_value=10**6)
RATES = ("R1", "R2", "R3", "R3a", "R4", "R5", "R6", "R7")
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


def test_what_a_list_can_be_narrowed_to_is_what_coverage_knows() -> None:
    assert set(labels.FILTERS) == set(conditions.FILTERS)
    assert set(labels.PROJECT_FILTERS) == set(projects.FILTERS)
    assert set(labels.WARNINGS) == set(warnings.WARNINGS)
    assert set(labels.OF_ORGANISATIONS) == set(warning_lists.OF_ORGANISATIONS)
    assert set(SORTS) == {name for name, sorts in COLUMNS.items() if sorts}
    assert {*labels.STATUSES, "inactive", "out_of_scope"} == set(keys.STATUSES)
    assert set(labels.DUTIES) == set(keys.DUTIES) - {""}


def test_behind_every_number_stands_a_list_of_its_day_and_knowledge() -> None:
    answer = answer_of({"own": 1}, 1)
    for name in RATES:
        answer.figures.rates.add(name=name, apart_label="其中" if name in ("R4", "R7") else "")
    view = overview(answer, When("2022-03-31", "2022-04-02T09:00"))
    child = view.children[0]
    numbers = (*view.headline, *view.statuses, *view.duties, *view.asides, view.own)
    addresses = [number.href for number in (*numbers, child.enterprises, child.must_form, child.overdue)] + [child.href]
    for rate in view.rates:
        addresses += [rate.numerator_href, rate.denominator_href] + [rate.apart_href] * bool(rate.apart_label)
    assert all("day=2022-03-31&known_at=2022-04-02T09%3A00" in address for address in addresses)
    # No two numbers lead to the same list but those that say the same: R1, R2 and R5 divide by one number.
    headline = [number.href for number in numbers[:3]]
    assert len(set(headline)) == 3
    assert {view.rates[at].denominator_href for at in (0, 1, 5)} == {headline[0]}


@given(st.integers(0, 300), st.integers(1, 60), st.sampled_from(["", "name", "-due"]))
def test_a_list_says_which_rows_of_how_many(before: int, shown: int, sort: str) -> None:
    answer = pb.ListResponse(
        rows=[pb.Row()] * shown, total=before + shown + 1, before=before, path=[pb.Unit(id="u")],
        previous_page_token="<", next_page_token=">",
    )  # fmt: skip
    view = listed(answer, ("units", "u", "enterprises"), {"sort": sort}, PRESENT, {"name": True, "due": True})
    assert view.range == f"第 {before + 1}–{before + shown} 条"
    assert bool(view.start) == bool(before)
    orders = {heading.name: heading.order for heading in view.headings}
    assert orders == {
        "": {"name": "ascending", "due": "none"}, "name": {"name": "ascending", "due": "none"},
        "-due": {"name": "none", "due": "descending"},
    }[sort]  # fmt: skip
    # A heading leads to the first page, the other way round when it is the order already.
    assert view.headings[0].href.endswith("sort=-name" if sort != "-due" else "sort=name")


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


def test_what_no_account_recorded_is_named_in_words() -> None:
    assert labels.actor("system:administrator") == "本机管理员"
    assert labels.actor("system:registry") == "系统"
    assert labels.actor("demo:410100") == "演示数据"
    assert labels.actor("acc-1") == "acc-1"
