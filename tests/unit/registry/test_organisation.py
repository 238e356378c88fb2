from __future__ import annotations

from services.registry.domain.adviser import Adviser
from services.registry.domain.committee import Committee
from services.registry.domain.organisation import Organisation
from services.registry.domain.project import Project
from services.registry.domain.unit import Unit
from services.registry.events import organisation as facts
from services.registry.events import project as sites
from services.registry.events import unit as units
from services.registry.events.base import Data
from tests.unit.registry.given import day, refused, some, then, told

UNIT, OTHER = "unit-00000000-0000-0000-0000-00000000000a", "unit-00000000-0000-0000-0000-00000000000b"
OWNER, HOLDER = "ent-00000000-0000-0000-0000-00000000000a", "hld-00000000-0000-0000-0000-00000000000a"
NEXT = "org-00000000-0000-0000-0000-00000000000b"


def organisation(*more: tuple[str, Data]) -> Organisation:
    return some(Organisation, ("2026-01-01", facts.OrganisationOpened(name="甲", form="joint", unit=UNIT)), *more)


def step(name: str, on: str) -> facts.OrganisationStepRecorded:
    return facts.OrganisationStepRecorded.model_validate({"step": name, "on": on})


def test_own_organisation_has_an_owner_and_no_other_form_has() -> None:
    fresh = Organisation("org-00000000-0000-0000-0000-000000000001")
    own = facts.OrganisationOpened(name="甲", form="own", unit=UNIT)
    refused(fresh, "own-of-nobody", lambda: fresh.open(own))
    joint = facts.OrganisationOpened(name="甲", form="joint", unit=UNIT, of=OWNER)
    refused(fresh, "of-without-own", lambda: fresh.open(joint))


def test_it_stands_from_the_day_of_its_approval() -> None:
    one = organisation()
    refused(one, "not-standing", one.require_standing)
    told(one, lambda: one.take_step(step("mobilised", "2026-01-05")))
    told(one, lambda: one.take_step(step("planned", "2026-09-01")))
    told(one, lambda: one.take_step(step("approved", "2026-02-01")))
    assert not one.stands_on(day("2026-01-31"))
    assert one.stands_on(day("2026-02-01"))
    refused(one, "step-before-step", lambda: one.take_step(step("elected", "2026-01-20")))


def test_a_step_recorded_again_on_another_day_counts_from_there() -> None:
    one = organisation(("2026-02-01", step("approved", "2026-02-01")))
    then(one, lambda: one.take_step(step("approved", "2026-02-01")))
    told(one, lambda: one.take_step(step("approved", "2026-02-03")))
    assert not one.stands_on(day("2026-02-02"))


def test_ended_for_good_with_a_successor_unless_withdrawn() -> None:
    one = organisation(("2026-02-01", step("approved", "2026-02-01")))
    refused(one, "cause-and-successor", lambda: one.end(facts.OrganisationEnded(cause="merged")))
    refused(one, "cause-and-successor", lambda: one.end(facts.OrganisationEnded(cause="withdrawn", successor=NEXT)))
    ended = facts.OrganisationEnded(cause="merged", successor=NEXT)
    then(one, lambda: one.end(ended), ended)
    assert not one.stands_on(day("2026-03-02"))
    refused(one, "organisation-ended", lambda: one.rename("乙"))


def test_secretary_comes_before_going() -> None:
    one = organisation()
    refused(one, "no-secretary", one.remove_secretary)
    then(one, lambda: one.appoint_secretary(HOLDER), facts.OrganisationSecretaryAppointed(holder=HOLDER))
    then(one, one.remove_secretary, facts.OrganisationSecretaryRemoved(holder=HOLDER))


def test_adviser_in_office_until_the_term_ends_or_the_person_leaves() -> None:
    appointed = facts.AdviserAppointed(holder=HOLDER, kind="community", unit=UNIT, until=day("2026-06-30"))
    one = some(Adviser, ("2026-01-01", appointed))
    refused(one, "not-in-office", one.require_in_office, when="2026-07-01")
    told(one, lambda: one.change_term(day("2026-12-31")))
    told(one, one.require_in_office, when="2026-07-01")
    then(one, lambda: one.leave(facts.AdviserLeft()), facts.AdviserLeft())
    then(one, lambda: one.leave(facts.AdviserLeft()))
    refused(one, "not-in-office", one.require_in_office)


def test_committee_records_only_what_changes() -> None:
    formed = facts.CommitteeFormed(name="行业党委", unit=UNIT, leading_group=5, staff=2)
    one = some(Committee, ("2021-07-31", formed))
    change = facts.CommitteeChanged(leading_group=5, staff=3)
    then(one, lambda: one.change(change), facts.CommitteeChanged(staff=3))


def test_project_keeps_its_history_through_a_change_of_company() -> None:
    one = some(Project, ("2026-01-01", sites.ProjectRegistered(name="某小区", unit=UNIT)))
    first = sites.ProjectServiceStarted(enterprise=OWNER)
    second = sites.ProjectServiceStarted(enterprise="ent-00000000-0000-0000-0000-00000000000b")
    told(one, lambda: one.start_service(first), "2026-01-01")
    told(one, lambda: one.start_service(second), "2026-03-01")
    assert one.value("served_by", day("2026-02-28")) == OWNER
    refused(one, "not-served-by", lambda: one.end_service(OWNER))
    refused(one, "no-such-survey", lambda: one.publish_rectification(
        sites.ProjectRectificationPublished(survey_on=day("2026-01-01"), on=day("2026-02-01"))
    ))  # fmt: skip


def test_closed_unit_counts_in_its_one_successor_else_above() -> None:
    one = some(Unit, ("1980-01-01", units.UnitOpened(name="甲区", level="county", parent=UNIT)))
    told(one, lambda: one.close((OTHER,)), "2026-01-01")
    assert one.above(day("2025-12-31")) == UNIT
    assert one.above(day("2026-01-01")) == OTHER
    refused(one, "unit-closed", lambda: one.rename("乙区"))
