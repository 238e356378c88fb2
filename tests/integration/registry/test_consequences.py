"""What follows by itself: policy, retention, imports that go on where they stopped."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest

from services.registry.bulk import NewEnterprise, register_many
from services.registry.events import CATALOGUE
from services.registry.policies import follow
from services.registry.retention import KEPT, Retention
from tests.integration.registry.codes import next_code
from tests.integration.registry.running import JIEFANG, NATION, START, RunningRegistry
from xianfeng.rpc.caller import Principal


@pytest.fixture
def enterprise(registry: RunningRegistry) -> str:
    return str(registry.ask("RegisterEnterprise", code=next_code(), name="甲", unit=JIEFANG).subject)


def last_event(registry: RunningRegistry, subject: str) -> bytes:
    query = "select state from registry_events where originator_id = %s order by originator_version desc limit 1"
    return bytes(registry.rows(query, subject)[0][0])


def test_a_deregistered_enterprise_frees_its_advisers_once(registry: RunningRegistry, enterprise: str) -> None:
    adviser = registry.ask("AppointAdviser", kind="other", unit=JIEFANG, name="李四").subject
    registry.ask("AssignAdviser", enterprise=enterprise, adviser=adviser)
    registry.ask("ChangeRegistryStatus", enterprise=enterprise, registry_status="deregistered")
    cause = last_event(registry, enterprise)
    for _ in range(2):
        registry.on_loop(follow(registry.server.application, CATALOGUE.load(cause)))
    freed = json.loads(last_event(registry, enterprise))
    assert freed["type"] == "enterprise.adviser-released.v1"
    assert freed["causationid"] == json.loads(cause)["id"]
    assert freed["data"]["cause"] == "enterprise_closed"
    assert freed["subjectversion"] == json.loads(cause)["subjectversion"] + 1


def test_a_policy_goes_on_after_a_refusal(registry: RunningRegistry, enterprise: str) -> None:
    other = registry.ask("RegisterEnterprise", code=next_code(), name="乙", unit=JIEFANG).subject
    registry.ask("ChangeRegistryStatus", enterprise=enterprise, registry_status="deregistered")
    cause = CATALOGUE.load(last_event(registry, enterprise))
    registry.ask("MergeEnterprise", enterprise=enterprise, into=other, reason="重复")
    registry.on_loop(follow(registry.server.application, cause))


def test_an_approval_that_never_was_covered_nobody(registry: RunningRegistry, enterprise: str) -> None:
    opened = registry.ask("OpenOrganisation", name="错批党支部", form="own", unit=JIEFANG, of=enterprise).subject
    approved = registry.ask("RecordStep", organisation=opened, step="approved", on="2026-02-02")
    assert json.loads(last_event(registry, enterprise))["type"] == "enterprise.organisation-formed.v1"
    formed = json.loads(last_event(registry, enterprise))["id"]
    registry.ask("VoidFact", subject=opened, event=approved.events[0], reason="批复的是另一家")
    voided = json.loads(last_event(registry, enterprise))
    assert (voided["type"], voided["data"]["event"]) == ("enterprise.fact-voided.v1", formed)


def test_people_are_forgotten_after_their_time(registry: RunningRegistry) -> None:
    adviser = registry.ask("AppointAdviser", kind="other", unit=JIEFANG, name="王五", phone="0391-1234567").subject
    registry.ask("EndAdviser", adviser=adviser)
    holder = registry.rows("select holder from holder where subject = %s", adviser)[0][0]
    retention = Retention(registry.server.application, registry.server.pool)
    assert registry.on_loop(retention.erase_old()) == 0
    registry.clock.set(START + KEPT + timedelta(days=2))
    assert registry.on_loop(retention.erase_old()) == 1
    registry.clock.set(START)
    assert registry.rows("select count(*) from holder where holder = %s", holder) == [(0,)]
    assert json.loads(last_event(registry, holder))["type"] == "holder.erased.v1"


def test_an_import_goes_on_where_it_stopped(registry: RunningRegistry) -> None:
    rows = [NewEnterprise(next_code(), f"某物业{n}", JIEFANG, date(2021, 7, 8)) for n in range(30)]
    with psycopg.connect(registry.dsn, autocommit=True) as connection:
        register_many(connection, rows[:10], actor="system:import", clock=registry.clock)
        subjects = register_many(connection, rows, actor="system:import", clock=registry.clock)
    query = "select count(*) from registry_events where originator_id = any(%s)"
    assert registry.rows(query, list(subjects.values())) == [(30,)]
    receipt = registry.ask("CountMembers", enterprise=rows[29].code, formal=1)
    assert receipt.subject == subjects[rows[29].code]


def test_a_member_that_joins_later_joins_the_successor(registry: RunningRegistry, enterprise: str) -> None:
    old, new = (
        registry.ask("OpenOrganisation", name=name, form="joint", unit=JIEFANG).subject for name in ("甲联合", "乙联合")
    )
    for organisation in (old, new):
        registry.ask("RecordStep", organisation=organisation, step="approved", on="2026-01-01")
    registry.ask("JoinOrganisation", enterprise=enterprise, organisation=old, meta={"effective": "2026-06-01"})
    registry.ask("EndOrganisation", organisation=old, cause="merged", successor=new)
    joined = json.loads(last_event(registry, enterprise))
    assert (joined["effective"], joined["data"]["organisation"]) == ("2026-06-01", new)


def test_a_corrected_code_is_free_again_and_found(registry: RunningRegistry) -> None:
    wrong, right = next_code(), next_code()
    first = registry.ask("RegisterEnterprise", code=wrong, name="甲", unit=JIEFANG).subject
    registry.ask("CorrectEnterpriseCode", enterprise=wrong, code=right)
    assert registry.ask("RenameEnterprise", enterprise=right, name="甲甲").subject == first
    second = registry.ask("RegisterEnterprise", code=wrong, name="乙", unit=JIEFANG).subject
    assert second != first
    assert registry.ask("RenameEnterprise", enterprise=wrong, name="乙乙").subject == second


def test_a_change_of_term_is_followed_by_assignments(registry: RunningRegistry, enterprise: str) -> None:
    adviser = registry.ask("AppointAdviser", kind="other", unit=JIEFANG, name="赵六", until="2026-06-30").subject
    registry.ask("AssignAdviser", enterprise=enterprise, adviser=adviser)
    registry.ask("ChangeAdviserTerm", adviser=adviser, until="2026-12-31")
    assert json.loads(last_event(registry, enterprise))["data"]["until"] == "2026-12-31"


def test_another_account_may_use_the_same_command_id(registry: RunningRegistry, enterprise: str) -> None:
    meta = {"command_id": f"shared-{uuid4()}"}
    other = registry.stub(Principal("system:other", "administrator", NATION))
    first = registry.ask("CountMembers", enterprise=enterprise, formal=1, meta=meta)
    second = registry.ask("CountMembers", stub=other, enterprise=enterprise, formal=2, meta=meta)
    assert not second.repeated
    assert second.events != first.events
