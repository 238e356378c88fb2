"""What the command line shows: stable keys for machines; for people names, divisors, day and rule set of each rate."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from proto.xianfeng.platform.v1 import operations_pb2
from services.coverage.domain.keys import DUTIES, STATUSES
from services.coverage.queries.conditions import FILTERS
from services.coverage.terminal import enterprises, figures
from services.coverage.terminal.rebuilding import follow
from xianfeng.words import catalogue, say


def overview() -> pb.OverviewResponse:
    rates = [
        pb.Rate(name="R1", label="组织覆盖率", numerator=7, denominator=8, numerator_label="甲", denominator_label="乙",
                shown="87.5%"),
        pb.Rate(name="R4", label="工作覆盖率", numerator=5, denominator=6, numerator_label="戊", denominator_label="己",
                shown="83.3%", apart=2, apart_label="其中仅靠招聘"),
        pb.Rate(name="R6", label="项目覆盖率", numerator_label="丙", denominator_label="丁", shown="–"),
    ]  # fmt: skip
    unit = pb.Unit(id="u", name="焦作市", code="410800", level="city")
    child = pb.Figures(unit=pb.Unit(id="v", name="山阳区"), registered=3, rates=rates)
    counted = pb.Figures(
        unit=unit, day="2022-03-01", registered=10, enterprises=8, out_of_scope=1, unsurveyed=2, held=1, rates=rates,
        by_status={"own": 7}, by_duty={"survey": 2},
        unit_duty="form_committee", unit_due="2021-07-31", unit_clause="H 二（一）", unit_clause_text="组建物业行业党委",
    )  # fmt: skip
    basis = pb.Basis(
        positions={3: 40, 0: 41}, business_date="2022-03-01", rule_set="H", tree_date="2022-03-01", build=2
    )
    return pb.OverviewResponse(figures=counted, basis=basis, children=[child], own=7)


def shown(renderable: object) -> str:
    out = StringIO()
    Console(file=out, width=200).print(renderable)
    return out.getvalue()


def test_json_has_the_keys_that_scripts_rely_on() -> None:
    found = figures.as_json(overview())
    for key in ("enterprises", "by_status", "by_duty", "rates", "unsurveyed", "held", "positions", "business_date"):
        assert key in found
    assert found["positions"] == {"0": 41, "3": 40}
    assert (tuple(found["by_status"]), tuple(found["by_duty"])) == (tuple(STATUSES), tuple(DUTIES[1:]))
    assert found["rates"]["R1"]["numerator"] == 7
    assert found["unit"]["code"] == "410800"
    assert found["rates"]["R4"]["apart"] == 2
    assert (found["unit_duty"], found["unit_due"]) == ("form_committee", "2021-07-31")
    assert [child["registered"] for child in found["children"]] == [3]


def test_a_rate_is_never_bare() -> None:
    text = shown(figures.as_tables(overview()))
    for part in ("R1 组织覆盖率", "87.5%", "甲 7", "乙 8", "2022-03-01", "H", "–", "登记10家，不纳入统计1家"):
        assert part in text
    assert "山阳区" in text


def test_what_is_shown_apart_and_the_units_own_duty_are_there() -> None:
    text = shown(figures.as_tables(overview()))
    assert "其中仅靠招聘 2" in text
    assert "焦作市待办事项：成立物业行业党委，时限 2021-07-31。依据：H 二（一） 组建物业行业党委" in text


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_and_duty_is_shown_even_at_zero(status: str) -> None:
    text = shown(figures.as_tables(overview()))
    assert say(f"coverage.status.{status}") in text
    assert all(say(f"coverage.duty.{duty}") in text for duty in DUTIES[1:])


def test_every_filter_has_its_word() -> None:
    assert all(f"coverage.filter.{name}" in catalogue() for name in FILTERS)


def test_an_explanation_names_clause_row_and_events() -> None:
    row = pb.Row(code="91", name="山阳物业", status="none", duty="join", since="2022-01-01", due="2022-04-01")
    fact = pb.FactLine(label="正式党员", value="1名", effective="2022-01-01", event_label="核实党员人数",
                       version=2, actor="acc-1", recorded="2022-01-02T00:00:00Z", in_force=True)  # fmt: skip
    answer = pb.Explanation(
        row=row, facts=[fact], table_row="第5行", duty_clause="H 二", duty_clause_text="原文", day="2022-03-01",
        history=[pb.Segment(**{"from": "2022-01-01"}, status="none", duty="join")],
    )  # fmt: skip
    text = shown(enterprises.explanation(answer))
    for part in (
        "山阳物业（91）",
        "待联合组建",
        "H 二 原文",
        "第5行",
        "1名",
        "现行",
        "#2 核实党员人数",
        "2022-01-02 08:00",
    ):
        assert part in text


def test_a_list_says_how_many_of_how_many() -> None:
    path = [pb.Unit(name="河南省"), pb.Unit(name="焦作市")]
    answer = pb.ListResponse(rows=[pb.Row(code="91", name="山阳物业", status="own")], total=12, path=path)
    assert "焦作市 企业名单（共12家，列出1家）" in shown(enterprises.row_table(answer))
    assert enterprises.as_json(answer)["total"] == 12


def test_a_list_without_an_enterprise_says_so() -> None:
    answer = pb.ListResponse(path=[pb.Unit(name="焦作市")], day="2022-03-01")
    assert shown(enterprises.row_table(answer)).strip() == "焦作市 截至 2022-03-01 没有符合条件的企业"


def test_following_a_rebuild_ends_when_it_serves() -> None:
    lags = iter([(500, "building"), (20, "building"), (0, "serving")])

    def status() -> operations_pb2.ServiceStatus:
        lag, state = next(lags)
        found = operations_pb2.ProjectionStatus(name="coverage", build=2, state=state, lag_events=lag)
        return operations_pb2.ServiceStatus(projections=[found])

    assert follow(2, status, pause=0).state == "serving"
