"""Ledgers over real gRPC: rows go in by the ordinary commands, each whole or not at all, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest

from tests.integration.registry.filling import Directory
from tests.integration.registry.ledgers import LedgerOffice, changes, refilled, row
from tests.integration.registry.running import JIAOZUO, JIEFANG, SHANYANG, RunningRegistry
from xianfeng.rpc.errors import describe


@pytest.fixture(scope="module")
def office(registry: RunningRegistry) -> Iterator[LedgerOffice]:
    directory = Directory(registry.dsn, registry.clock.today())
    yield LedgerOffice(registry, directory)
    directory.connection.close()


def test_everything_that_a_row_can_state(office: LedgerOffice) -> None:
    code = office.register("全项物业服务有限公司")
    stated = {
        "formal": "4", "probationary": "1", "elsewhere": "0", "leaving": "1", "arriving": "0", "form": "own",
        "organisation": "全项党支部", "type": "branch", "approved_on": "2026-01-10", "approval_number": "组〔2026〕3号",
        "term_number": "1", "term_begins": "2026-01-10", "term_ends": "2029-01-09", "union": "yes",
        "youth_league": "yes", "recruiting": "2026-12-31", "not_ready_reason": "正在筹备", "not_ready_review": "2026-09-01",
        "scope_reason": "not_operating",
    }  # fmt: skip
    (checked,) = office.check(row(5, code=code, **stated))
    before = office.head()
    assert changes(checked) == {key: ("", value) for key, value in stated.items()}
    assert office.head() == before, "a check records nothing"
    (applied,) = office.apply(row(5, code=code, **stated))
    assert changes(applied) == changes(checked)
    exported = dict(office.export()[code].values)
    assert {key: exported[key] for key in stated} == stated
    assert (exported["registry_status"], exported["not_ready_state"]) == ("active", "proposed")


def test_the_same_row_again_is_not_applied_again(office: LedgerOffice) -> None:
    code = office.register("重复物业服务有限公司")
    first = office.apply(row(2, code=code, formal="3"), file="one-file")
    office.registry.ask("CountMembers", enterprise=code, formal=5)
    again = office.apply(row(2, code=code, formal="3"), file="one-file")
    assert (first[0].repeated, again[0].repeated, again[0].events) == (False, True, first[0].events)
    assert office.export()[code].values["formal"] == "5"


def test_what_is_so_already_is_no_event(office: LedgerOffice) -> None:
    code = office.register("不变物业服务有限公司")
    office.apply(row(2, code=code, formal="3", union="yes"))
    before = office.head()
    (answer,) = office.apply(row(2, code=code, formal="3", union="yes", youth_league="none"))
    assert (changes(answer), answer.events, office.head()) == ({}, 0, before)


def test_a_refused_cell_leaves_the_whole_row(office: LedgerOffice) -> None:
    code, other = office.register("半行物业服务有限公司"), office.register("整行物业服务有限公司")
    before = office.head()
    wrong, right = office.apply(row(2, code=code, formal="3", recruiting="2031-01-01"), row(3, code=other, formal="2"))
    assert (wrong.fault.field, wrong.fault.reason) == ("recruiting", "longer-than-a-year")
    assert wrong.fault.text
    assert wrong.fault.remedy
    assert changes(right) == {"formal": ("", "2")}
    assert office.head() == before + 1
    (invalid,) = office.check(row(2, code=code, formal="200000"))
    assert (invalid.fault.field, invalid.fault.reason) == ("formal", "value")


def test_a_cell_changed_since_the_export_is_told(office: LedgerOffice) -> None:
    code = office.register("先后物业服务有限公司")
    office.registry.ask("CountMembers", enterprise=code, formal=1, probationary=1)
    exported = office.export()[code]
    office.registry.ask("CountMembers", enterprise=code, formal=2)
    late, other = office.check(refilled(2, exported, formal="4"), refilled(3, exported, probationary="0"))
    assert (late.fault.field, late.fault.reason) == ("formal", "changed-since")
    assert "“1”" in late.fault.text
    assert "“2”" in late.fault.text
    assert changes(other) == {"probationary": ("1", "0")}


def test_joining_by_the_organisations_name(office: LedgerOffice) -> None:
    code, joined = office.register("联建物业服务有限公司"), office.joint_organisation("民生联合党支部")
    unknown, named = office.check(
        row(2, code=code, form="joint", organisation="没有的联合党支部", formal="1"),
        row(3, code=code, form="joint", organisation="民生联合党支部"),
    )
    assert [need.field for need in unknown.needs] == ["organisation"]
    assert changes(unknown) == {"formal": ("", "1")}
    assert changes(named) == {"form": ("", "joint"), "organisation": ("", "民生联合党支部")}
    office.apply(row(3, code=code, form="joint", organisation="民生联合党支部"))
    exported = office.export()[code].values
    assert (exported["form"], exported["organisation"], exported["type"]) == ("joint", "民生联合党支部", "branch")
    links = office.registry.rows("select count(*) from link where target = %s", joined)
    assert links == [(1,)]
    (left,) = office.apply(row(4, code=code, form="none"))
    assert changes(left) == {"form": ("joint", "")}


def test_an_organisation_under_way_is_approved_not_opened_again(office: LedgerOffice) -> None:
    code = office.register("在建物业服务有限公司")
    opened = office.registry.ask("OpenOrganisation", name="在建党支部", form="own", unit=JIEFANG, of=code).subject
    office.apply(row(2, code=code, form="own", approved_on="2026-02-01"))
    view = office.export()[code].values
    assert (view["form"], view["organisation"], view["approved_on"]) == ("own", "在建党支部", "2026-02-01")
    found = office.registry.rows("select originator_id from registry_events where convert_from(state, 'utf8') like %s",
                                 "%在建党支部%")  # fmt: skip
    assert found == [(opened,)]


def test_an_adviser_is_a_person_and_needs_more_than_a_row(office: LedgerOffice) -> None:
    code = office.register("指导物业服务有限公司")
    (lacking,) = office.check(row(2, code=code, adviser="any"))
    assert [need.field for need in lacking.needs] == ["adviser"]
    adviser = office.registry.ask("AppointAdviser", kind="community", unit=JIEFANG, name="某人").subject
    office.registry.ask("AssignAdviser", enterprise=code, adviser=adviser)
    (has,) = office.check(row(2, code=code, adviser="any"))
    assert (list(has.needs), list(has.changes)) == ([], [])
    (gone,) = office.apply(row(2, code=code, adviser="none"))
    assert changes(gone) == {"adviser": ("community", "")}


def test_an_own_organisation_is_changed_and_not_ended_by_a_row(office: LedgerOffice) -> None:
    code = office.register("自建物业服务有限公司")
    office.own_organisation(code, "自建党支部")
    renamed, ended = office.check(
        row(2, code=code, organisation="自建物业党总支", type="general_branch"), row(3, code=code, form="none")
    )
    assert changes(renamed) == {"organisation": ("自建党支部", "自建物业党总支"), "type": ("branch", "general_branch")}
    assert [need.field for need in ended.needs] == ["form"]


def test_a_name_is_matched_exactly_or_left_to_a_person(office: LedgerOffice) -> None:
    code = office.register("幸福里物业服务有限公司")
    office.register("双生物业服务有限公司")
    office.register("双生物业服务有限公司")
    office.register("隔壁物业服务有限公司", SHANYANG)
    found, near, twins, elsewhere, nothing = office.check(
        row(1, name="幸福里物业服务有限公司", formal="1"),
        row(2, name="幸福里物业管理公司", formal="1"),
        row(3, name="双生物业服务有限公司", formal="1"),
        row(4, name="隔壁物业服务有限公司", formal="1"),
        row(5, name="毫不相干商贸行", formal="1"),
    )
    assert changes(found) == {"formal": ("", "1")}
    assert (near.fault.reason, near.fault.candidates[0].code) == ("unknown-name", code)
    assert (twins.fault.reason, len(twins.fault.candidates)) == ("several-names", 2)
    assert (elsewhere.fault.reason, elsewhere.fault.candidates[0].unit[-3:]) == ("elsewhere", "山阳区")
    assert (nothing.fault.reason, list(nothing.fault.candidates)) == ("unknown-name", [])


def test_rights_are_those_of_the_commands(office: LedgerOffice) -> None:
    code, abroad = office.register("权限物业服务有限公司"), office.register("远处物业服务有限公司", SHANYANG)
    stub = office.stub("community", JIEFANG)
    inside, outside = office.check(row(2, code=code, formal="1"), row(3, code=abroad, formal="1"), stub=stub)
    assert changes(inside) == {"formal": ("", "1")}
    assert outside.fault.reason == "outside"
    with pytest.raises(grpc.RpcError) as raised:
        office.check(row(2, code=code, formal="1"), stub=stub, unit=JIAOZUO)
    assert describe(raised.value).reason == "outside-unit"
    with pytest.raises(grpc.RpcError) as raised:
        office.check(row(2, code=code, formal="1"), stub=office.stub("enterprise", JIEFANG))
    assert describe(raised.value).reason == "role"


def test_a_late_day(office: LedgerOffice) -> None:
    code = office.register("追溯物业服务有限公司", effective="2025-01-01")
    office.apply(row(2, code=code, formal="3"), effective="2025-06-01")
    (event,) = office.registry.rows(
        "select convert_from(state, 'utf8')::jsonb->>'effective' from registry_events where topic like"
        " 'enterprise.members-counted%%' order by notification_id desc limit 1"
    )
    assert event == ("2025-06-01",)


def test_what_was_written_between_check_and_import_counts(office: LedgerOffice) -> None:
    code, other = office.register("其间物业服务有限公司"), office.register("静止物业服务有限公司")
    rows = (row(2, code=code, formal="4", union="yes"), row(3, code=other, formal="4"))
    assert [changes(answer)["formal"] for answer in office.check(*rows)] == [("", "4"), ("", "4")]
    office.registry.ask("CountMembers", enterprise=code, formal=9)
    office.registry.ask("FormMassOrganisation", enterprise=code, kind="union")
    meanwhile, still = office.apply(*rows)
    assert changes(meanwhile) == {"formal": ("9", "4")}
    assert changes(still) == {"formal": ("", "4")}
    assert office.export()[code].version == 4
