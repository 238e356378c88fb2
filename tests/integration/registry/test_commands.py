"""Commands over gRPC, with their events in the log: what an office does, from registering to merging."""

from __future__ import annotations

import json

import pytest

from tests.integration.registry.codes import next_code
from tests.integration.registry.running import JIAOZUO, JIEFANG, MINSHENG, SHANYANG, RunningRegistry


def events(registry: RunningRegistry, subject: str) -> list[dict]:
    rows = registry.rows(
        "select state from registry_events where originator_id = %s order by originator_version", subject
    )
    return [json.loads(bytes(state)) for (state,) in rows]


def types(registry: RunningRegistry, subject: str) -> list[str]:
    return [event["type"].split(".")[1] for event in events(registry, subject)]


@pytest.fixture
def enterprise(registry: RunningRegistry) -> str:
    return registry.ask("RegisterEnterprise", code=next_code(), name="焦作某某物业有限公司", unit=JIEFANG).subject


def standing(registry: RunningRegistry, form: str, **fields: str) -> str:
    organisation = registry.ask("OpenOrganisation", name="某某联合党支部", form=form, unit=JIEFANG, **fields).subject
    registry.ask("RecordStep", organisation=organisation, step="approved", on="2026-01-05", number="焦物党〔2026〕1号")
    return organisation


def test_registers_counts_and_repeats(registry: RunningRegistry) -> None:
    code = next_code()
    receipt = registry.ask("RegisterEnterprise", code=code, name="甲物业", unit="410802")
    assert (receipt.version, len(receipt.events), receipt.repeated) == (1, 1, False)
    meta = {"command_id": "count-once-1", "effective": "2026-01-01"}
    first = registry.ask("CountMembers", enterprise=code, formal=3, meta=meta)
    again = registry.ask("CountMembers", enterprise=code, formal=3, meta=meta)
    assert again.repeated
    assert list(again.events) == list(first.events)
    same = registry.ask("CountMembers", enterprise=code, formal=3)
    assert same.unchanged
    assert not same.events
    counted = events(registry, receipt.subject)[-1]
    assert (counted["effective"], counted["data"]["formal"], counted["actor"]) == (
        "2026-01-01",
        3,
        "system:administrator",
    )


def test_own_organisation_stands_from_its_approval(registry: RunningRegistry, enterprise: str) -> None:
    organisation = registry.ask(
        "OpenOrganisation", name="甲物业党支部", form="own", unit=JIEFANG, of=enterprise
    ).subject
    registry.ask("RecordStep", organisation=organisation, step="mobilised", on="2025-12-01")
    assert types(registry, enterprise) == ["registered"]
    registry.ask("RecordStep", organisation=organisation, step="approved", on="2026-01-05", number="1号")
    formed = events(registry, enterprise)[-1]
    assert (formed["type"], formed["effective"]) == ("enterprise.organisation-formed.v1", "2026-01-05")
    registry.ask("EndOrganisation", organisation=organisation, cause="withdrawn")
    assert types(registry, enterprise)[-1] == "organisation-ended"


def test_merged_organisation_leaves_no_day_uncovered(registry: RunningRegistry) -> None:
    members = [registry.ask("RegisterEnterprise", code=next_code(), name="乙", unit=JIEFANG).subject for _ in range(4)]
    old, new = standing(registry, "joint"), standing(registry, "regional")
    for member in members:
        registry.ask("JoinOrganisation", enterprise=member, organisation=old, meta={"effective": "2026-01-10"})
    registry.ask("LeaveOrganisation", enterprise=members[3], organisation=old, meta={"effective": "2026-02-01"})
    receipt = registry.ask("EndOrganisation", organisation=old, cause="merged", successor=new)
    assert len(receipt.events) == 1 + 3 * 2
    for member in members[:3]:
        left, joined = events(registry, member)[-2:]
        assert (left["type"], joined["type"]) == (
            "enterprise.organisation-left.v1",
            "enterprise.organisation-joined.v1",
        )
        assert left["effective"] == joined["effective"] == "2026-03-02"
        assert left["correlationid"] == joined["correlationid"]
    assert types(registry, members[3])[-1] == "organisation-left"


def test_an_adviser_who_leaves_is_released_everywhere(registry: RunningRegistry, enterprise: str) -> None:
    adviser = registry.ask("AppointAdviser", kind="community", unit=MINSHENG, name="张三", phone="0391-1234567").subject
    registry.ask("AssignAdviser", enterprise=enterprise, adviser=adviser)
    project = registry.ask("RegisterProject", name="某某小区", unit=MINSHENG).subject
    registry.ask("AssignProjectAdviser", project=project, adviser=adviser)
    registry.ask("EndAdviser", adviser=adviser)
    assert types(registry, enterprise)[-1] == types(registry, project)[-1] == "adviser-released"
    stored = registry.rows("select state from registry_events")
    assert not any("张三".encode() in bytes(state) for (state,) in stored)


def test_scope_and_not_ready_are_confirmed_from_above(registry: RunningRegistry, enterprise: str) -> None:
    registry.ask("ProposeScope", enterprise=enterprise, in_scope=False, reason="not_operating")
    registry.ask("ConfirmScope", enterprise=enterprise)
    receipt = registry.ask(
        "ProposeNotReady", enterprise=enterprise, reason="党员组织关系未转入", review_date="2026-09-01"
    )
    assert receipt.warnings
    registry.ask("ConfirmNotReady", enterprise=enterprise)
    assert types(registry, enterprise)[-4:] == [
        "scope-proposed", "scope-confirmed", "not-ready-proposed", "not-ready-confirmed",
    ]  # fmt: skip


def test_void_correct_and_move(registry: RunningRegistry, enterprise: str) -> None:
    other = registry.ask("RegisterEnterprise", code=next_code(), name="丙", unit=JIEFANG).subject
    counted = registry.ask("CountMembers", enterprise=enterprise, formal=5, meta={"effective": "2026-01-01"}).events[0]
    corrected = registry.ask(
        "CountMembers", enterprise=enterprise, formal=4, meta={"correction_of": counted, "correction_reason": "看错行"}
    )
    last = events(registry, enterprise)[-1]
    assert last["effective"] == "2026-01-01"
    assert last["data"]["correction"]["event"] == counted
    registry.ask("MoveFact", enterprise=enterprise, event=corrected.events[0], to=other, reason="录错企业")
    moved = events(registry, other)[-1]
    assert (moved["data"]["formal"], moved["effective"]) == (4, "2026-01-01")
    assert types(registry, enterprise)[-1] == "fact-voided"
    assert registry.ask("VoidFact", subject=enterprise, event=counted, reason="录错企业").events


def test_transfer_between_units(registry: RunningRegistry, enterprise: str) -> None:
    registry.ask("ProposeTransfer", enterprise=enterprise, to_unit=SHANYANG)
    registry.ask("AcceptTransfer", enterprise=enterprise)
    assert events(registry, enterprise)[-1]["data"]["unit"] == SHANYANG
    registry.ask("PlaceEnterprise", enterprise=enterprise, unit=JIAOZUO)
    assert types(registry, enterprise)[-1] == "placed"
