"""The one table of everything that the console shows.

A GET route of the application that no line names fails the tour (`test_roles.py`). A line is a row of `docs/pages.md`;
a page or a print is a picture in `docs/pictures/` as well, unless it is made like another.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.console.entry.table import KINDS, table
from tests.e2e.tour.stop import ABOVE, FILE, PART, PRINT, SHEET, SIBLING, STREAM, Stop
from tests.e2e.tour.world import MONTH
from xianfeng.words import say

__all__ = ["FORMS", "OWN", "STATIC", "STOPS", "WITHOUT_CASE", "tour"]

UNIT, FIRM, STATIC = "/units/{unit}", "/enterprises/{enterprise}", "/static/{name}"
ENTRY = "/{room:room}/{subject}/entry/"
FORM = f"{ENTRY}{{command:command}}"
# Forms are made alike: these few stand for all of them in the documents.
SAMPLES = {"CountMembers", "RecordStep", "RecordSurvey", "AppointAdviser", "ChangeAdviserTerm"}
# What an enterprise's account may see, besides what is open to anybody (domain §9).
OWN = {
    "filing", "filing-change", "filing-receipt", "own-filing-xlsx", "own-filing-pdf", "own-filing-print", "password", "login", "alive",
    "static",
}  # fmt: skip


# A form that makes sense of another subject than the others do.
OTHERS = {
    ("enterprise", "EndNotReady"): "decided", ("enterprise", "UndoMerge"): "merged",
    ("project", "OpenOrganisation"): "bare",
}  # fmt: skip
# Only a registry's feed makes a difference to settle; its form is shown by no other means.
WITHOUT_CASE = {"form-enterprise-SettleDifference"}


def _papers(
    name: str, title: str, route: str, query: str = "", role: str = "administrator", what: str = ""
) -> tuple[Stop, ...]:
    """The same list in the three forms of paper; tests of their own look at the PDF."""
    forms = (("xlsx", "工作簿", FILE), ("pdf", "PDF", SHEET), ("print", "打印", PRINT))
    return tuple(
        Stop(
            f"{name}-{form}",
            f"{title}（{word}）",
            f"{route}/{{form:paper}}",
            query,
            kind,
            form=form,
            role=role,
            what=what,
        )
        for form, word, kind in forms
    )


FIRST_SCREENS = (
    Stop("start", "首页（市级组织部门）", "/", phone=True, role="organisation_department", place=ABOVE),
    Stop("start-county", "首页（县级住建主管部门）", "/", phone=True, role="housing_authority"),
    Stop("start-street", "首页（街道）", "/", phone=True, role="sub_district"),
    *(
        Stop(f"work-{name}", say(f"console.home.list.{name}"), f"{UNIT}/todo/{{name}}", what=name, alike=name != "outside")
        for name in (
            "confirm", "unplaced", "outside", "to_settle", "filing", "difference", "advisers", "verification"
        )
    ),
    Stop("filing", "年度报备", "/filing", role="enterprise", phone=True),
    Stop("filing-change", "年度报备（有变化）", "/filing", "change=1", role="enterprise"),
    Stop("filing-receipt", "年度报备（回执）", "/filing", role="enterprise", place=SIBLING),
    Stop("audit", "督查与审计", "/audit", role="auditor"),
    Stop("audit-open", "督查与审计（打开某日）", "/audit/open", "day=2024-06-30", kind=PART),
    Stop("audit-corrections", "更正记录", "/audit/{matter}", what="corrections", role="auditor"),
    Stop("audit-decisions", "决定记录", "/audit/{matter}", what="decisions", role="auditor"),
    Stop("audit-views", "查看与导出记录", "/audit/{matter}", what="views", role="auditor"),
    Stop("health", "运行状态", "/health", role="operator"),
    Stop("health-now", "运行状态（刷新）", "/health/now", kind=PART),
)  # fmt: skip
OPEN = (
    Stop("login", "登录", "/login"),
    Stop("password", "修改密码", "/password"),
    Stop("alive", "存活检查", "/healthz", kind=PART),
    Stop("static", "样式文件", STATIC, kind=PART, what="console.css"),
    Stop("events", "多单位实时数", "/events", "unit={unit}", kind=STREAM),
    Stop("unit-events", "单位实时数", f"{UNIT}/events", kind=STREAM),
)
LOOKING_UP = (
    Stop("find", "查找", "/find", "q=云栖", phone=True),
    Stop("overview", "单位总览", UNIT, phone=True),
    Stop("overview-past", "单位总览（过去某日）", UNIT, "day=2024-06-30"),
    Stop("overview-known", "单位总览（当时已知）", UNIT, "known_at=2026-02-28T18:00", role="auditor"),
    Stop("list", "企业名单", f"{UNIT}/enterprises", "status=work", phone=True),
    Stop("projects", "项目名单", f"{UNIT}/projects", phone=True),
    Stop("organisations", "党组织名单", f"{UNIT}/organisations"),
    Stop("advisers", "指导员名单", f"{UNIT}/advisers"),
    Stop("enterprise", "企业", FIRM, phone=True),
    Stop("enterprise-known", "企业（当时已知）", FIRM, "known_at=2026-03-10T09:00"),
    Stop("project", "项目", "/projects/{subject}", phone=True, room="projects"),
    Stop("organisation", "党组织", "/organisations/{subject}", room="organisations"),
    Stop("committee", "物业行业党委", "/committees/{subject}", room="committees"),
    Stop("adviser", "指导员", "/advisers/{subject}", room="advisers"),
)
ENTERING = (
    Stop("entry", "办理", ENTRY, room="enterprises"),
    Stop("entry-unit", "办理（单位）", ENTRY, room="units"),
    Stop("entry-correction", "更正", FORM, "correct={event}", room="enterprises", command="CountMembers", alike=True),
    Stop("advisers-many", "批量选派指导员", f"{UNIT}/entry/advisers", "duty=join"),
)
LEDGER = f"{UNIT}/ledger"
BETWEEN = (
    Stop("ledger", "台账", LEDGER, role="housing_authority"),
    Stop("ledger-workbook", "台账（工作簿）", f"{LEDGER}/workbook", kind=FILE),
    Stop("ledger-file", "台账核对", f"{LEDGER}/files/{{file}}", role="housing_authority"),
    Stop("ledger-rejects", "台账未采用的行", f"{LEDGER}/files/{{file}}/rejects", kind=FILE),
    Stop("ledger-mapping", "台账对应关系", f"{LEDGER}/mappings/{{name}}", role="housing_authority", what="l4"),
    Stop("verifications", "数据核实", f"{UNIT}/verifications", role="housing_authority"),
    Stop("decisions", "提请与移交", f"{UNIT}/decisions", role="housing_authority"),
)
REPORTING = (
    Stop("reports", "月报报送情况", f"{UNIT}/reports", f"month={MONTH}"),
    Stop("report", "月报", f"{UNIT}/reports/{{month}}"),
    Stop("report-compare", "月报各版对比", f"{UNIT}/reports/{{month}}/compare", role="sub_district"),
)
PAPERS = (
    Stop("papers", "导出和打印", f"{UNIT}/papers"),
    *_papers("reports", "月报报送情况", f"{UNIT}/reports", f"month={MONTH}"),
    *_papers("filing-paper", "报备表和回执", f"{FIRM}/filing"),
    *_papers("audit", "更正记录", "/audit/{matter}", role="auditor", what="corrections"),
    *_papers("verifications", "数据核实", f"{UNIT}/verifications"),
    *_papers("decisions", "提请与移交", f"{UNIT}/decisions"),
    *_papers("work", "外来企业", f"{UNIT}/todo/{{name}}", what="outside"),
    *_papers("own-filing", "本企业报备表和回执", "/filing", role="enterprise"),
    *_papers("report", "月报", f"{UNIT}/reports/{{month}}"),
    *_papers("list", "企业名单", f"{UNIT}/enterprises"),
    *_papers("must-form", "应建未建台账", f"{UNIT}/must-form"),
    *_papers("organisations", "党组织登记", f"{UNIT}/organisations"),
    *_papers("advisers", "指导员名单", f"{UNIT}/advisers"),
    *_papers("projects", "项目名单", f"{UNIT}/projects"),
    *_papers("filings", "年度报备情况", f"{UNIT}/filings"),
    *_papers("figures", "主要数字", UNIT),
    *_papers("enterprise", "一企一表", FIRM),
)
STOPS = (*FIRST_SCREENS, *OPEN, *LOOKING_UP, *ENTERING, *BETWEEN, *REPORTING, *PAPERS)
FORMS = tuple(
    Stop(
        f"form-{kind}-{command}", say(f"registry.command.{command}").partition("：")[0], FORM, room=table(kind).room, command=command,
        alike=command not in SAMPLES, of=OTHERS.get((kind, command), ""),
    )
    for kind in KINDS
    for group in table(kind).groups
    for command in group.commands
)  # fmt: skip


def tour() -> Iterator[Stop]:
    """Every stop, forms last."""
    yield from STOPS
    yield from FORMS
