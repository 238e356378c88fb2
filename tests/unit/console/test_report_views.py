"""A monthly report on its page: two editions side by side, what must be explained, and how the units stand."""

from __future__ import annotations

from proto.xianfeng.coverage.v1.coverage_pb2 import Figures, Rate, Unit
from proto.xianfeng.coverage.v1.reports_pb2 import Change, Report, ReportComparison
from proto.xianfeng.registry.v1.reports_pb2 import ReportRow, UnexplainedChange
from services.console.views.report import asked_for, compared, comparison_lists, seen
from services.console.views.reporting import stands, summed


def report(enterprises: int, own: int) -> Report:
    rate = Rate(name="R1", label="组织覆盖率", shown=f"{own}%", numerator=own, denominator=enterprises)
    figures = Figures(registered=enterprises, enterprises=enterprises, by_status={"own": own}, rates=[rate])
    return Report(unit=Unit(id="unit-1"), month="2026-03", figures=figures, made="2026-04-01T09:00:00+08:00")


def test_two_editions_stand_side_by_side_with_their_difference() -> None:
    rows = {row.label: row for row in compared(report(70, 3), report(69, 4))}
    assert (rows["应统计"].values, rows["应统计"].difference) == (("69", "70"), "-1")
    assert (rows["单独组建"].values, rows["单独组建"].difference) == (("4", "3"), "+1")
    assert (rows["联合组建"].values, rows["联合组建"].difference) == (("0", "0"), "0")
    assert rows["R1 组织覆盖率"].values == ("4%（4/69）", "3%（3/70）")


def test_the_enterprises_that_make_the_difference_are_named_with_their_cause() -> None:
    gone = Change(
        code="c", name="某物业", cause="inactive", unit_before=0, unit=0, status_before="work", status="inactive"
    )
    found = ReportComparison(units=[Unit(name="民权街道")], removed=[gone])
    added, removed, changed = comparison_lists(found)
    assert (added.rows, changed.rows, removed.label) == ([], [], "后一版减少")
    (row,) = removed.rows
    assert (row.cause, row.before, row.after, row.unit) == ("停止经营", "工作覆盖", "停业、吊销或注销", "民权街道")


def test_what_must_be_explained_is_said_with_both_numbers() -> None:
    large = UnexplainedChange(figure="work", label="工作覆盖", reason="large", before=0, now=12)
    other = UnexplainedChange(figure="own", label="单独组建", reason="restated", before=4, now=3, edition=2)
    texts = [(one.text, one.edition) for one in asked_for([large, other])]
    assert texts == [
        ("工作覆盖：上月 0，本月 12（+12）", 0),
        ("单独组建：上月第 2 版报送 4，现按同日统计为 3（-1）", 2),
    ]


def test_when_a_report_was_made_does_not_make_it_another() -> None:
    again = report(70, 3)
    again.made = "2026-04-01T10:00:00+08:00"
    assert seen(again) == seen(report(70, 3))
    assert seen(report(70, 4)) != seen(report(70, 3))


def test_units_without_enterprises_are_not_waited_for() -> None:
    rows = [ReportRow(unit=name, state=state) for name, state in zip("abcd", ("", "sent", "returned", ""), strict=True)]
    children = [Figures(unit=Unit(id="b"), registered=2), Figures(unit=Unit(id="d")), Figures(unit=Unit(id="c"))]
    found = stands(rows, children, lambda row: row.state != "sent")
    assert [one.state for one in found] == ["none", "sent", "returned", ""]
    assert [one.waited_for for one in found] == [True, False, True, False]
    assert [one.may_excuse for one in found] == [True, False, True, False]
    assert found[3].label == "无企业，不需报送"
    assert summed(found) == "已报 1 个，未报 1 个，退回 1 个，不需报送 0 个"
