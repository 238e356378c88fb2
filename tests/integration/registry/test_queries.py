"""Questions over real gRPC, on a real PostgreSQL: single subjects, lists, time lines, and people in clear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import grpc
import pytest

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from proto.xianfeng.registry.v1.queries_pb2_grpc import QueriesStub
from tests.integration.registry.codes import next_code
from tests.integration.registry.filling import Directory
from tests.integration.registry.running import JIAOZUO, JIEFANG, LUOYANG, MINSHENG, NATION, SHANYANG, RunningRegistry
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.errors import describe

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module", autouse=True)
def directory(registry: RunningRegistry) -> Iterator[Directory]:
    found = Directory(registry.dsn, TODAY)
    yield found
    found.connection.close()


def stub(
    registry: RunningRegistry, role: str = "administrator", unit: str = NATION, enterprise: str = ""
) -> QueriesStub:
    return QueriesStub(registry.channel(Principal("system:asking", role, unit, enterprise)))


def refused(call: Any, request: Any) -> Any:
    with pytest.raises(grpc.RpcError) as raised:
        call(request, timeout=10)
    return describe(raised.value)


def register(registry: RunningRegistry, name: str, unit: str = JIEFANG, **meta: Any) -> tuple[str, str]:
    code = next_code()
    return code, registry.ask("RegisterEnterprise", code=code, name=name, unit=unit, meta=meta).subject


def fact(view: pb.View, slot: str) -> pb.Fact:
    return next(found for found in view.facts if found.slot == slot)


def test_one_enterprise_on_any_day(registry: RunningRegistry) -> None:
    code, subject = register(registry, "甲物业有限公司", effective="2026-01-01")
    registry.ask("CountMembers", enterprise=code, formal=2, meta={"effective": "2026-02-01"})
    registry.ask("CountMembers", enterprise=code, formal=3, meta={"effective": "2026-04-01"})
    view = stub(registry).GetEnterprise(pb.GetRequest(ref=code))
    assert (view.subject, view.kind, view.code, view.version, view.next_change) == (
        subject,
        "enterprise",
        code,
        3,
        "2026-04-01",
    )
    assert view.unit.path.endswith("焦作市解放区")
    formal = fact(view, "formal")
    assert (formal.label, formal.value.number_value, formal.effective, formal.version) == (
        "正式党员",
        2,
        "2026-02-01",
        2,
    )
    assert fact(view, "registry_status").shown == "存续"
    assert fact(view, "unit").shown.endswith("解放区")
    later = stub(registry).GetEnterprise(pb.GetRequest(ref=subject, day="2026-04-01"))
    assert fact(later, "formal").value.number_value == 3
    before = stub(registry).GetEnterprise(pb.GetRequest(ref=subject, day="2025-01-01"))
    assert (before.name, list(before.facts)) == ("甲物业有限公司", [])


def test_history_tells_all_and_marks_what_was_never_true(registry: RunningRegistry) -> None:
    code, subject = register(registry, "乙物业有限公司")
    counted = registry.ask("CountMembers", enterprise=code, formal=2)
    registry.ask("VoidFact", subject=subject, event=counted.events[0], reason="记错企业")
    answer = stub(registry).History(pb.HistoryRequest(ref=code))
    assert [line.label for line in answer.lines] == ["登记企业", "核实党员人数", "更正：取消一条记录"]
    assert [line.voided for line in answer.lines] == [False, True, False]
    assert "正式党员人数：2" in answer.lines[1].shown
    assert "解放区" in answer.lines[0].shown
    assert answer.lines[1].data["formal"] == 2
    rest = stub(registry).History(pb.HistoryRequest(ref=subject, after_version=1, limit=1))
    assert [line.version for line in rest.lines] == [2]


def test_lists_by_unit_text_and_membership(registry: RunningRegistry, directory: Directory) -> None:
    names = [f"丙物业{number}号" for number in range(5)]
    firms = [register(registry, name, unit=MINSHENG if number else SHANYANG) for number, name in enumerate(names)]
    organisation = registry.ask("OpenOrganisation", name="丙联合党支部", form="joint", unit=JIEFANG).subject
    registry.ask("RecordStep", organisation=organisation, step="approved", on="2026-01-05", number="1号")
    for _, subject in firms[1:3]:
        registry.ask("JoinOrganisation", enterprise=subject, organisation=organisation)
    directory.fill(TODAY)
    ask = stub(registry).ListEnterprises
    assert [row.name for row in ask(pb.ListRequest(unit="410802", text="丙物业")).rows] == names[1:]
    assert [row.name for row in ask(pb.ListRequest(unit="焦作市山阳区", text="丙 物业")).rows] == names[:1]
    assert [row.name for row in ask(pb.ListRequest(text=firms[3][0])).rows] == names[3:4]
    members = ask(pb.ListRequest(member_of=organisation))
    assert [row.subject for row in members.rows] == [subject for _, subject in firms[1:3]]
    assert members.rows[0].facts["membership"][1] == "joint"
    first = ask(pb.ListRequest(unit=JIAOZUO, text="丙物业", page_size=2))
    second = ask(pb.ListRequest(unit=JIAOZUO, text="丙物业", page_size=2, page_token=first.next_page_token))
    assert ([row.name for row in first.rows], first.total) == (names[:2], 5)
    assert [row.name for row in second.rows] == names[2:4]
    assert stub(registry).ListOrganisations(pb.ListRequest(unit=JIEFANG, text="丙联合")).rows[0].subject == organisation


def test_the_directory_follows_the_day_and_the_log(registry: RunningRegistry, directory: Directory) -> None:
    code, subject = register(registry, "丁物业")
    registry.ask("RenameEnterprise", enterprise=code, name="丁物业新名", meta={"effective": "2026-03-05"})
    directory.fill(TODAY)
    assert directory.row(subject, "name, next_change") == ("丁物业", date(2026, 3, 5))
    directory.projection.forget()
    directory.turn(date(2026, 3, 5))
    assert directory.row(subject, "name, name_folded, next_change, version") == ("丁物业新名", "丁物业新名", None, 2)
    directory.turn(TODAY)
    assert directory.row(subject, "name")[0] == "丁物业新名", "the date never goes back"
    written = directory.all()
    registry.ask("CountMembers", enterprise=code, formal=1)
    directory.projection.forget()
    directory.fill(TODAY + timedelta(days=3))
    assert directory.row(subject, "version, view ->> 'formal'") == (3, "1")
    assert len(directory.all()) == len(written)


def test_an_adviser_is_masked_until_somebody_says_why(registry: RunningRegistry, directory: Directory) -> None:
    adviser = registry.ask(
        "AppointAdviser", kind="community", unit=JIEFANG, name="张建国", phone="0391-2345678"
    ).subject
    view = stub(registry).GetAdviser(pb.GetRequest(ref=adviser))
    assert (view.holder.name, view.holder.phone, view.holder.masked) == ("张**", "**********78", True)
    directory.fill(TODAY)
    listed = stub(registry).ListAdvisers(pb.ListRequest(unit=JIEFANG)).rows
    assert [row.name for row in listed if row.subject == adviser] == ["张**"]
    request = pb.RevealRequest(holder=view.holder.holder, reason="通知开会")
    clear = stub(registry, "community", JIEFANG).RevealHolder(request)
    assert (clear.name, clear.phone, clear.masked) == ("张建国", "0391-2345678", False)
    log = registry.rows("select account, reason from reveal_log where holder = %s", view.holder.holder)
    assert log == [("system:asking", "通知开会")]
    assert refused(stub(registry, "community", LUOYANG).RevealHolder, request).code == "PERMISSION_DENIED"
    assert refused(stub(registry, "auditor").RevealHolder, request).code == "PERMISSION_DENIED"
    stored = registry.rows("select sealed from holder where holder = %s", view.holder.holder)[0][0]
    assert "张建国".encode() not in bytes(stored)
    registry.ask("EraseContact", holder=view.holder.holder, reason="requested")
    assert refused(stub(registry).RevealHolder, request).code == "NOT_FOUND"
    assert stub(registry).GetAdviser(pb.GetRequest(ref=adviser)).holder.name == ""


def test_advisers_of_a_unit_with_whom_they_look_after_on_any_day(
    registry: RunningRegistry, directory: Directory
) -> None:
    terms = {"李国强": "2026-12-31", "王爱民": ""}
    posts = {
        name: registry.ask(
            "AppointAdviser", kind="community", unit=SHANYANG, name=name, until=until, meta={"effective": "2026-01-01"}
        ).subject
        for name, until in terms.items()
    }
    first, second = posts.values()
    firms = [register(registry, f"庚物业{number}号", unit=SHANYANG, effective="2026-01-01") for number in range(2)]
    for code, _ in firms:
        registry.ask("AssignAdviser", enterprise=code, adviser=first, meta={"effective": "2026-02-01"})
    registry.ask("AssignAdviser", enterprise=firms[1][0], adviser=second, meta={"effective": "2026-02-20"})
    directory.fill(TODAY)

    def looked_after(day: str = "") -> dict[str, list[str]]:
        rows = stub(registry).ListAdviserPosts(pb.ListAdviserPostsRequest(unit=SHANYANG, day=day)).rows
        return {row.subject: [one.name for one in row.looked_after] for row in rows if row.subject in posts.values()}

    assert looked_after() == {first: ["庚物业0号"], second: ["庚物业1号"]}
    directory_says = looked_after(TODAY.isoformat())
    assert directory_says == looked_after()
    # On another day the log says it, not the directory.
    assert looked_after("2027-02-01") == {second: ["庚物业1号"]}
    ask = stub(registry).ListAdviserPosts
    page = ask(pb.ListAdviserPostsRequest(unit=JIAOZUO, page_size=1))
    assert (len(page.rows), page.total) == (1, 3)
    rest = ask(pb.ListAdviserPostsRequest(unit=JIAOZUO, page_token=page.next_page_token))
    assert {row.name for row in rest.rows} == {"李**", "王**"}
    elsewhere = stub(registry, "community", LUOYANG).ListAdviserPosts
    assert refused(elsewhere, pb.ListAdviserPostsRequest(unit=SHANYANG)).reason == "outside-unit"
    assert refused(ask, pb.ListAdviserPostsRequest(page_token="adv-nobody")).reason == "query-page"


def test_only_what_lies_under_the_account_is_answered(registry: RunningRegistry, directory: Directory) -> None:
    code, subject = register(registry, "戊物业")
    directory.fill(TODAY)
    elsewhere, inside = stub(registry, "community", LUOYANG), stub(registry, "community", JIEFANG)
    assert refused(elsewhere.GetEnterprise, pb.GetRequest(ref=code)).reason == "outside-unit"
    assert refused(elsewhere.History, pb.HistoryRequest(ref=subject)).reason == "outside-unit"
    assert refused(inside.ListEnterprises, pb.ListRequest(unit=JIAOZUO)).reason == "outside-unit"
    assert not elsewhere.ListEnterprises(pb.ListRequest(text="戊物业")).rows
    assert [row.code for row in inside.ListEnterprises(pb.ListRequest(text="戊物业")).rows] == [code]
    own = stub(registry, "enterprise", JIEFANG, subject)
    assert own.GetEnterprise(pb.GetRequest(ref=code)).subject == subject
    other = register(registry, "己物业")[0]
    assert refused(own.GetEnterprise, pb.GetRequest(ref=other)).reason == "outside-unit"
    assert refused(own.ListEnterprises, pb.ListRequest()).code == "PERMISSION_DENIED"


def test_units_of_a_day(registry: RunningRegistry) -> None:
    ask = stub(registry).ListUnits
    assert [unit.name for unit in ask(pb.ListUnitsRequest(parent="410800")).units] == ["解放区", "山阳区"]
    assert [unit.path for unit in ask(pb.ListUnitsRequest(text="解放区民生街道")).units] == [
        "河南省焦作市解放区民生街道"
    ]
    assert not list(stub(registry, "community", LUOYANG).ListUnits(pb.ListUnitsRequest(text="解放区")).units)
    view = stub(registry).GetUnit(pb.GetRequest(ref="410802"))
    assert (view.subject, view.name, view.code, view.kind) == (JIEFANG, "解放区", "410802", "unit")


@pytest.mark.parametrize(
    ("method", "request_", "code", "field"),
    [
        ("GetEnterprise", pb.GetRequest(), "INVALID_ARGUMENT", "ref"),
        ("GetEnterprise", pb.GetRequest(ref="91410100MA45QEXW0B"), "NOT_FOUND", "ref"),
        ("GetEnterprise", pb.GetRequest(ref="ent-none"), "NOT_FOUND", "ref"),
        ("GetEnterprise", pb.GetRequest(ref=JIEFANG), "NOT_FOUND", "ref"),
        ("GetEnterprise", pb.GetRequest(ref="x" * 5000), "INVALID_ARGUMENT", "ref"),
        ("GetEnterprise", pb.GetRequest(ref="a\0b"), "INVALID_ARGUMENT", "ref"),
        ("GetUnit", pb.GetRequest(ref=JIEFANG, day="20260101"), "INVALID_ARGUMENT", "day"),
        ("GetUnit", pb.GetRequest(ref=JIEFANG, day="2026-02-30"), "INVALID_ARGUMENT", "day"),
        ("ListEnterprises", pb.ListRequest(unit="乌有县"), "NOT_FOUND", "unit"),
        ("ListEnterprises", pb.ListRequest(page_size=-1), "INVALID_ARGUMENT", "page_size"),
        ("ListEnterprises", pb.ListRequest(page_token="?"), "INVALID_ARGUMENT", "page_token"),
        ("History", pb.HistoryRequest(ref=JIEFANG, limit=-1), "INVALID_ARGUMENT", "limit"),
        ("RevealHolder", pb.RevealRequest(holder="hld-x"), "INVALID_ARGUMENT", "reason"),
        ("RevealHolder", pb.RevealRequest(holder="hld-x", reason="通知"), "NOT_FOUND", "holder"),
    ],
)  # fmt: skip
def test_bad_questions_name_the_field(
    registry: RunningRegistry, directory: Directory, method: str, request_: Any, code: str, field: str
) -> None:
    problem = refused(getattr(stub(registry), method), request_)
    assert (problem.code, [violation.field for violation in problem.violations]) == (code, [field])


def test_a_unit_shows_its_department_and_lead_body_of_the_day(registry: RunningRegistry) -> None:
    for command, field, told in (
        ("SetCompetentDepartment", "department", (("住房和城乡建设局", "2020-01-01"), ("城市管理局", "2021-03-01"))),
        ("SetLeadBody", "body", (("“两新”工委", "2020-01-01"), ("社会工作部", "2021-06-01"))),
    ):
        for value, effective in told:
            registry.ask(command, unit=SHANYANG, **{field: value}, meta={"effective": effective})

    def shown(day: str) -> tuple[str, str]:
        view = stub(registry).GetUnit(pb.GetRequest(ref="410811", day=day))
        return fact(view, "department").shown, fact(view, "lead_body").shown

    assert shown("2020-06-01") == ("住房和城乡建设局", "“两新”工委")
    assert shown("2021-07-08") == ("城市管理局", "社会工作部")
