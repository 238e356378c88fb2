from __future__ import annotations

import pytest

from services.registry.domain.enterprise import MOVABLE, Enterprise
from services.registry.events import enterprise as facts
from services.registry.events.base import Data
from tests.unit.registry.given import day, on, refused, some, then, told

UNIT, OTHER = "unit-00000000-0000-0000-0000-00000000000a", "unit-00000000-0000-0000-0000-00000000000b"
JOINT, REGIONAL = "org-00000000-0000-0000-0000-00000000000a", "org-00000000-0000-0000-0000-00000000000b"
ADVISER = "adv-00000000-0000-0000-0000-00000000000a"
REGISTERED = ("2021-07-08", facts.EnterpriseRegistered(code="914108007067864417", name="甲物业", unit=UNIT))


def enterprise(*more: tuple[str, Data]) -> Enterprise:
    return some(Enterprise, REGISTERED, *more)


def counted(n: int, **more: int) -> facts.EnterpriseMembersCounted:
    return facts.EnterpriseMembersCounted(formal=n, **more)


def test_same_count_again_says_nothing() -> None:
    then(enterprise(("2026-01-01", counted(3))), lambda: None)
    one = enterprise(("2026-01-01", counted(3)))
    then(one, lambda: one.count(counted(3)))


def test_only_what_is_new_is_recorded() -> None:
    one = enterprise(("2026-01-01", counted(3, probationary=1)))
    then(one, lambda: one.count(counted(3, probationary=2)), facts.EnterpriseMembersCounted(probationary=2))


def test_a_late_count_does_not_touch_today() -> None:
    one = enterprise(("2026-02-01", counted(3)))
    then(one, lambda: one.count(counted(1)), counted(1), when="2026-01-01")
    assert one.members_known(day("2026-03-02")) == 3
    assert one.members_known(day("2026-01-15")) == 1


def test_nothing_stated_is_refused() -> None:
    one = enterprise()
    refused(one, "no-count", lambda: one.count(facts.EnterpriseMembersCounted()))


def test_a_declared_count_never_decides_and_a_difference_is_to_be_verified() -> None:
    one = enterprise(("2026-01-01", counted(3)))
    declared = facts.EnterpriseMembersReported(formal=5, source="declared")
    opened = facts.EnterpriseVerificationOpened(field="formal", confirmed=3, reported=5, answer_by=day("2026-04-01"))
    then(one, lambda: one.report(declared), declared, opened)
    assert one.members_known(day("2026-03-02")) == 3
    later = told(one, lambda: one.count(counted(5)))
    assert [type(fact) for fact in later] == [facts.EnterpriseMembersCounted, facts.EnterpriseVerificationClosed]


def test_a_yearly_report_includes_probationary_members() -> None:
    one = enterprise(("2026-01-01", counted(3, probationary=2)))
    report = facts.EnterpriseMembersReported(formal=5, source="yearly_report")
    then(one, lambda: one.report(report), report)


def test_joins_one_organisation_at_a_time() -> None:
    one = enterprise(("2026-01-01", facts.EnterpriseOrganisationJoined(organisation=JOINT, form="joint")))
    refused(one, "member-elsewhere", lambda: one.join(REGIONAL, "regional"))
    then(one, lambda: one.join(JOINT, "joint"))
    then(
        one, lambda: one.pass_on(JOINT, "merged", (REGIONAL, "regional")),
        facts.EnterpriseOrganisationLeft(organisation=JOINT, cause="merged", successor=REGIONAL),
        facts.EnterpriseOrganisationJoined(organisation=REGIONAL, form="regional"),
    )  # fmt: skip


def test_leaves_only_where_it_belongs() -> None:
    one = enterprise()
    refused(one, "not-a-member", lambda: one.leave(JOINT, "left"))


def test_adviser_until_a_day_and_released() -> None:
    one = enterprise()
    assigned = facts.EnterpriseAdviserAssigned(adviser=ADVISER, kind="community", until=day("2026-06-30"))
    then(one, lambda: one.assign_adviser(ADVISER, "community", day("2026-06-30")), assigned)
    assert one.value("adviser.community", day("2026-06-30")) == ADVISER
    assert one.value("adviser.community", day("2026-07-01")) is None
    assert one.next_change(day("2026-03-02")) == day("2026-07-01")
    released = facts.EnterpriseAdviserReleased(adviser=ADVISER, kind="community", cause="other")
    then(one, lambda: one.release_adviser(ADVISER, "other"), released)
    refused(one, "not-its-adviser", lambda: one.release_adviser(ADVISER, "other"))


def test_adviser_assigned_later_is_found_when_the_adviser_leaves() -> None:
    future = facts.EnterpriseAdviserAssigned(adviser=ADVISER, kind="other")
    one = enterprise(("2026-05-01", future))
    with on("2026-03-02"):
        assert one.adviser_days(ADVISER) == [day("2026-05-01")]


def test_assignment_follows_the_term_it_ran_with() -> None:
    assigned = facts.EnterpriseAdviserAssigned(adviser=ADVISER, kind="other", until=day("2026-06-30"))
    one = enterprise(("2026-01-01", assigned))
    longer = assigned.model_copy(update={"until": day("2026-12-31")})
    then(one, lambda: one.follow_adviser(ADVISER, day("2026-06-30"), day("2026-12-31")), longer)
    then(one, lambda: one.follow_adviser(ADVISER, day("2026-06-30"), day("2027-12-31")))


@pytest.mark.parametrize("until", ["2026-03-01", "2027-03-03"])
def test_recruiting_plan_lasts_at_most_a_year(until: str) -> None:
    one = enterprise()
    reason = "ends-before-it-begins" if until < "2026-03-02" else "longer-than-a-year"
    refused(one, reason, lambda: one.plan_recruiting(day(until)))


def test_not_ready_is_proposed_and_confirmed_until_its_review() -> None:
    one = enterprise()
    refused(one, "no-proposal", one.confirm_not_ready)
    proposed = facts.EnterpriseNotReadyProposed(reason="尚无党员", review_date=day("2026-12-31"))
    then(one, lambda: one.propose_not_ready(proposed), proposed)
    then(one, lambda: one.propose_not_ready(proposed))
    confirmed = facts.EnterpriseNotReadyConfirmed(reason="尚无党员", review_date=day("2026-12-31"))
    then(one, one.confirm_not_ready, confirmed)
    assert one.value("not_ready", day("2026-12-31")) == "尚无党员"
    assert one.value("not_ready", day("2027-01-01")) is None


def test_out_of_scope_needs_a_reason_and_can_be_taken_back() -> None:
    one = enterprise()
    refused(one, "scope-without-reason", lambda: one.propose_scope(facts.EnterpriseScopeProposed(in_scope=False)))
    told(one, lambda: one.propose_scope(facts.EnterpriseScopeProposed(in_scope=False, reason="duplicate")))
    told(one, one.confirm_scope)
    assert one.value("out_of_scope", day("2026-03-02")) == "duplicate"
    told(one, lambda: one.propose_scope(facts.EnterpriseScopeProposed(in_scope=True)), "2026-03-05")
    told(one, one.confirm_scope, "2026-03-05")
    assert one.value("out_of_scope", day("2026-03-05")) is None


def test_transfer_is_proposed_then_accepted_or_declined() -> None:
    one = enterprise()
    refused(one, "no-transfer", one.accept_transfer)
    refused(one, "already-there", lambda: one.propose_transfer(facts.EnterpriseTransferProposed(to_unit=UNIT)))
    told(one, lambda: one.propose_transfer(facts.EnterpriseTransferProposed(to_unit=OTHER)))
    then(
        one,
        lambda: one.decline_transfer("不在辖区"),
        facts.EnterpriseTransferDeclined(to_unit=OTHER, reason="不在辖区"),
    )
    told(one, lambda: one.propose_transfer(facts.EnterpriseTransferProposed(to_unit=OTHER)))
    then(one, one.accept_transfer, facts.EnterprisePlaced(unit=OTHER))
    refused(one, "no-transfer", one.accept_transfer)


def test_filing_is_returned_filed_again_and_accepted_for_good() -> None:
    one = enterprise()
    filed = facts.EnterpriseFiled(year=2026, organisation_formed=True)
    refused(one, "not-filed", lambda: one.accept_filing(2026))
    then(one, lambda: one.file(filed), filed)
    then(one, lambda: one.return_filing(2026, "缺名称"), facts.EnterpriseFilingReturned(year=2026, reason="缺名称"))
    then(one, lambda: one.file(filed), filed)
    then(one, lambda: one.accept_filing(2026), facts.EnterpriseFilingAccepted(year=2026))
    then(one, lambda: one.accept_filing(2026))
    refused(one, "filing-accepted", lambda: one.file(filed))


def test_records_are_merged_and_the_merge_undone() -> None:
    one, other = enterprise(), "ent-00000000-0000-0000-0000-00000000000b"
    refused(one, "merge-with-itself", lambda: one.merge_into(one.id, "重复"))
    refused(one, "not-merged", lambda: one.undo_merge("误并"))
    then(one, lambda: one.merge_into(other, "重复"), facts.EnterpriseMerged(into=other, reason="重复"))
    then(one, lambda: one.undo_merge("误并"), facts.EnterpriseMergeUndone(reason="误并"))
    assert one.merged_into is None


def test_a_voided_fact_is_as_if_it_had_never_been() -> None:
    one = enterprise(("2026-01-01", counted(2)))
    with on("2026-02-01"):
        one.count(counted(5))
    event = one.collect_events()[0]
    then(one, lambda: one.void(event, "看错"), facts.EnterpriseFactVoided(event=event.id, version=3, reason="看错"))
    assert one.members_known(day("2026-03-02")) == 2
    then(one, lambda: one.void(event, "看错"))


def test_registration_cannot_be_voided() -> None:
    one = Enterprise("ent-00000000-0000-0000-0000-000000000001")
    with on("2026-01-01"):
        one.register(facts.EnterpriseRegistered(code="914108007067864417", name="甲", unit=UNIT))
    event = one.collect_events()[0]
    refused(one, "cannot-void", lambda: one.void(event, "误登"))


def test_movable_facts_have_no_partner_elsewhere() -> None:
    assert facts.EnterpriseOrganisationFormed.TYPE not in MOVABLE
    assert facts.EnterprisePlaced.TYPE not in MOVABLE
    assert facts.EnterpriseMembersCounted.TYPE in MOVABLE
