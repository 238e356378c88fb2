"""Plausible figures of a small province for the page tests; names carry markup on purpose."""

from __future__ import annotations

from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb

ROOT = "unit-41"
EVIL = "<script>alert(1)</script>物业"
DAY = "2026-03-31"
RULES = "豫建房〔2021〕203号"
LABELS = {
    "R1": "组织覆盖率",
    "R2": "单独组建率",
    "R3": "应建已建率",
    "R3a": "应建已建率（含联合）",
    "R4": "工作覆盖率",
    "R5": "两个覆盖率",
    "R6": "项目覆盖率",
    "R7": "报备率",
}
CITIES = ["郑州市", "开封市", "洛阳市", "平顶山市", "安阳市", "鹤壁市", "新乡市", "焦作市", "济源示范区"]
COUNTIES = ["解放区", "中站区", "马村区", "山阳区", "修武县", "博爱县"]


def make_units() -> dict[str, tuple[pb.Unit, str]]:
    """Return unit id → (unit, parent id), in division order."""
    units = {ROOT: (pb.Unit(id=ROOT, name="河南省", code="410000", level="province"), "")}
    for number, name in enumerate(CITIES, 1):
        code = f"41{number:02d}00"
        units[f"unit-{code}"] = (pb.Unit(id=f"unit-{code}", name=name, code=code, level="city"), ROOT)
    for number, name in enumerate(COUNTIES, 2):
        code = f"4108{number:02d}"
        units[f"unit-{code}"] = (pb.Unit(id=f"unit-{code}", name=name, code=code, level="county"), "unit-410800")
    return units


def make_figures(unit: pb.Unit, must_form: int, scale: int, day: str = DAY) -> Any:
    """Figures of one unit; ``must_form`` moves with the tests."""
    by_status = {"own": 9 * scale, "joint": 14 * scale, "regional": 3 * scale, "industry": scale, "grid": scale}
    by_status |= {"work": 6 * scale, "none": 2 * scale + must_form}
    by_duty = {"form_organisation": must_form, "join": scale, "assign_adviser": scale, "survey": scale}
    enterprises = sum(by_status.values())
    organised = 28 * scale
    rates = [
        make_rate("R1", organised, enterprises),
        make_rate("R2", 9 * scale, enterprises),
        make_rate("R3", 9 * scale, 9 * scale + must_form),
        make_rate("R3a", 11 * scale, 11 * scale + must_form),
        make_rate("R4", 6 * scale, 8 * scale + must_form),
        make_rate("R5", 34 * scale, enterprises),
        make_rate("R6", 40 * scale, 55 * scale),
        make_rate("R7", 0, 0),
    ]
    return pb.Figures(
        unit=unit,
        day=day,
        registered=enterprises + 3 * scale,
        enterprises=enterprises,
        by_status=by_status,
        by_duty=by_duty,
        rates=rates,
        unsurveyed=scale,
        unknown_registry_status=2,
        out_of_scope=scale,
        inactive=2 * scale,
        to_settle=1,
        joint_with_three=scale,
        overdue=must_form,
        unplaced=3,
    )


def make_rate(name: str, numerator: int, denominator: int) -> Any:
    shown = f"{100 * numerator / denominator:.1f}%" if denominator else "–"
    return pb.Rate(
        name=name,
        label=LABELS[name],
        numerator=numerator,
        denominator=denominator,
        numerator_label="单独组建、联合组建、区域联建、行业统建、与网格共建的企业",
        denominator_label="在营且纳入统计的企业",
        shown=shown,
    )


def make_row(unit: pb.Unit) -> Any:
    return pb.Row(
        subject="ent-1",
        code="914108000000000018",
        name=EVIL,
        unit=unit,
        status="none",
        duty="form_organisation",
        since="2026-02-01",
        due="2026-05-02",
        clause="二(二)1",
    )


def make_explanation(unit: pb.Unit, path: list[pb.Unit], day: str) -> Any:
    def fact(slot: str, label: str, value: str, effective: str, **more: Any) -> Any:
        values = {"recorded": "2026-02-01T02:03:04Z", "actor": "acc-7f3a", "event": "0198-e1", "version": 3, **more}
        return pb.FactLine(slot=slot, label=label, value=value, effective=effective, **values)

    facts = [
        fact("registry_status", "登记状态", "存续", "2021-07-08", in_force=True, event_label="登记企业"),
        fact("formal", "正式党员", "3名", "2026-02-01", in_force=True, event_label="核实党员人数"),
        fact("probationary", "预备党员", "2名", "2026-02-01", in_force=True, event_label="核实党员人数"),
        fact("formal", "正式党员", "1名", "2025-06-01", voided=True, event_label="核实党员人数"),
        fact("uncovered_reason", "未建原因", "出资人不支持", "2026-02-01", in_force=True),
    ]
    return pb.Explanation(
        row=make_row(unit),
        day=day,
        facts=facts,
        table_row="3. 正式党员 ≥ 3 名，覆盖方式为 工作覆盖 或 未覆盖 → 应建未建",
        status_clause="二(二)",
        status_clause_text="加快推进物业服务企业党的组织和工作覆盖。",
        duty_clause="二(二)1",
        duty_clause_text="凡有3名以上正式党员的物业服务企业，应按照党章党规建立党组织。",
        due_rule="deadline_or_days",
        rule_set=RULES,
        history=[
            pb.Segment(until="2026-01-31", status="work", duty="join", unit=unit, **{"from": "2021-07-08"}),
            pb.Segment(status="none", duty="form_organisation", unit=unit, **{"from": "2026-02-01"}),
        ],
        warnings=[],
        path=path,
    )
