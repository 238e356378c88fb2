"""What first screens are made of: tasks with one button each, figures beside last month's, reports by state, filings."""

from __future__ import annotations

from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from proto.xianfeng.coverage.v1 import coverage_pb2 as cov
from proto.xianfeng.registry.v1 import queries_pb2, reports_pb2, work_pb2
from services.console.views.compared import compared
from services.console.views.filing import filing, receipt_number
from services.console.views.home import duty_tasks, queue, sorted_tasks
from services.console.views.labels import DUTIES
from services.console.views.sending import sending

COUNTY = cov.Unit(id="unit-1", name="山阳区", level="county")
CITY = queries_pb2.UnitName(id="unit-2", name="焦作市", level="city", path="河南省焦作市")
CODE = "914108000000000018"


def item(kind: str, part: str = "", **fields: object) -> work_pb2.WorkItem:
    given = {"subject": "ent-1", "subject_kind": "enterprise", "name": "阳光物业", "unit": CITY, **fields}
    return work_pb2.WorkItem(kind=kind, part=part, **given)  # type: ignore[arg-type]


def listed(name: str, *items: work_pb2.WorkItem) -> work_pb2.WorkList:
    return work_pb2.WorkList(list=name, total=len(items), items=items)


def test_each_matter_has_the_one_button_that_settles_it() -> None:
    found = {
        "unplaced": "ProposeTransfer?to_unit=unit-1&", "confirm": "ConfirmEnterprise?",
        "outside": "AddWorkingUnit?unit=unit-1&", "filing": "AcceptFiling?year=2026&",
        "difference": "SettleDifference?field=name&",
    }  # fmt: skip
    parts = {"filing": "2026", "difference": "name"}
    for name, form in found.items():
        kind = "new" if name == "confirm" else name
        (task,) = queue(listed(name, item(kind, parts.get(name, ""))), COUNTY, lambda _: True).tasks
        assert task.href == f"/enterprises/ent-1/entry/{form}back=%2F"
        assert task.button
        assert task.page == "/enterprises/ent-1"


def test_an_organisation_is_ended_at_its_own_form_and_a_membership_at_the_enterprises() -> None:
    found = queue(
        listed("to_settle", item("to_settle", "own.org-1"), item("to_settle", "membership.org-2")), COUNTY,
        lambda _: True,
    )  # fmt: skip
    assert [task.href.partition("?")[0] for task in found.tasks] == [
        "/organisations/org-1/entry/EndOrganisation", "/enterprises/ent-1/entry/LeaveOrganisation",
    ]  # fmt: skip


def test_a_city_places_what_a_county_claims_and_who_may_not_has_no_button() -> None:
    city = cov.Unit(id="unit-2", name="焦作市", level="city")
    (task,) = queue(listed("unplaced", item("unplaced")), city, lambda command: command == "PlaceEnterprise").tasks
    assert "PlaceEnterprise" in task.href
    (task,) = queue(listed("unplaced", item("unplaced")), city, lambda _: False).tasks
    assert task.href == ""


@given(st.lists(st.tuples(st.sampled_from(DUTIES), st.dates()), max_size=30))
def test_the_nearest_days_come_first_and_never_more_than_ten(rows: list[tuple[str, object]]) -> None:
    tasks = [
        task
        for duty, due in rows
        for task in duty_tasks(duty, [cov.Row(subject="ent-1", name="甲", due=str(due), duty=duty)], lambda _: True)
    ]
    shown = sorted_tasks(tasks, 10)
    days = sorted(str(due) for _, due in rows)[:10]
    assert [task.day for task in shown] == days


def test_overdue_duties_leave_room_for_what_offices_wait_for() -> None:
    adviser = item("advisers", subject="adv-1", subject_kind="adviser", until="2026-05-20")
    waiting = queue(listed("advisers", *[adviser] * 7), COUNTY, lambda _: True).tasks
    late = duty_tasks("join", [cov.Row(subject="ent-1", name="甲", due="2021-12-31")] * 20, lambda _: True)
    kinds = [task.kind for task in sorted_tasks([*late, *waiting], 10)]
    assert kinds == ["advisers"] * 5 + ["join"] * 5
    assert [task.kind for task in sorted_tasks([*late[:2], *waiting], 10)] == ["advisers"] * 7 + ["join"] * 2


def test_figures_stand_beside_last_months_with_their_difference() -> None:
    def figures(own: int, none: int) -> cov.Figures:
        rate = cov.Rate(name="R1", label="组织覆盖率", numerator=own, denominator=own + none, shown="x")
        return cov.Figures(
            unit=COUNTY, registered=own + none, enterprises=own + none, rates=[rate],
            by_status={"own": own, "none": none}, by_duty={"form_organisation": none},
        )  # fmt: skip

    rows = {row.label: row for row in compared(figures(3, 1), figures(1, 1))}
    assert (rows["单独组建"].now, rows["单独组建"].before, rows["单独组建"].difference) == ("3", "1", "+2")
    assert rows["未覆盖"].difference == "0"
    assert rows["应建未建"].href == "/units/unit-1/enterprises?duty=form_organisation"
    assert rows["R1 组织覆盖率"].difference == "+25.0 个百分点"
    assert compared(figures(3, 1), cov.Figures())[-1].difference == ""


def test_reports_are_sorted_by_state_and_who_has_no_enterprise_need_not_send() -> None:
    units = [cov.Unit(id=f"unit-{n}", name=f"街道{n}", level="street") for n in range(2, 6)]
    children = [cov.Figures(unit=unit, registered=place) for place, unit in enumerate(units)]
    states = ("", "", "sent", "returned")
    rows = [
        reports_pb2.ReportRow(unit=unit.id, unit_name=unit.name, state=state, edition=1)
        for unit, state in zip(units, states, strict=True)
    ]
    above = cov.OverviewResponse(figures=cov.Figures(unit=COUNTY), children=children)
    answer = reports_pb2.ListReportsResponse(rows=[reports_pb2.ReportRow(unit="unit-1"), *rows])
    found = sending(answer, above, "2026-02-28")
    assert {state: [unit.name for unit in below] for state, below in found.below.items()} == {
        "excused": ["街道2"], "none": ["街道3"], "sent": ["街道4"], "returned": ["街道5"],
    }  # fmt: skip
    assert (found.own, found.month, found.asked) == ("none", "2026-02", 4)
    assert found.below["sent"][0].href == "/units/unit-4/reports/2026-02?edition=1"


def line(version: int, type_: str, **data: object) -> queries_pb2.Line:
    told = Struct()
    told.update(data)
    return queries_pb2.Line(version=version, type=type_, data=told, recorded="2026-01-05T01:00:00Z")


def test_a_filing_is_filled_in_and_has_a_receipt_until_it_is_filed_anew() -> None:
    fact = queries_pb2.Fact(slot="membership", label="联合组建的党组织", shown="山阳联合党支部、联合组建")
    view = queries_pb2.View(name="甲", code=CODE, day="2026-03-02", facts=[fact])
    before = line(3, "enterprise.filed.v1", year=2025, organisation_formed=False)
    empty = filing(view, [before])
    assert (empty.year, empty.formed, empty.set_up) == (2026, True, "联合组建的党组织：山阳联合党支部、联合组建")
    assert empty.filed is None
    assert empty.last is not None
    assert (empty.last.year, empty.last.formed) == (2025, False)

    lines = [before, line(7, "enterprise.filed.v1", year=2026, organisation_formed=True, set_up="联合")]
    filed = filing(view, lines).filed
    assert filed is not None
    assert (filed.state, filed.number, filed.open) == ("filed", receipt_number(2026, CODE, 7), True)
    back = filing(view, [*lines, line(8, "enterprise.filing-returned.v1", year=2026, reason="请写明类别")]).filed
    assert back is not None
    assert (back.state, back.reason, back.number) == ("returned", "请写明类别", filed.number)
    done = filing(view, [*lines, line(8, "enterprise.filing-accepted.v1", year=2026)]).filed
    assert done is not None
    assert not done.open
