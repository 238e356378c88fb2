"""A project: the site an enterprise serves. A change of company keeps it (domain §4)."""

from __future__ import annotations

from datetime import date

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.base import Form, LeaveCause, ReleaseCause
from services.registry.events.project import (
    ProjectAdviserAssigned,
    ProjectAdviserReleased,
    ProjectClassDecided,
    ProjectClosed,
    ProjectCrossAppointed,
    ProjectDetailsChanged,
    ProjectFactVoided,
    ProjectJointMeetingHeld,
    ProjectOrganisationCovered,
    ProjectOrganisationUncovered,
    ProjectOwnersCommitteeEnded,
    ProjectOwnersCommitteeFormed,
    ProjectPlaced,
    ProjectRectificationPublished,
    ProjectRegistered,
    ProjectRenamed,
    ProjectServiceEnded,
    ProjectServiceStarted,
    ProjectSurveyHeld,
)
from xianfeng.event import Event

__all__ = ["Project"]


class ProjectFolds(DatedAggregate):
    """What each fact of a project says, in slots."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.surveys: set[date] = set()

    def on_registered(self, data: ProjectRegistered, event: Event) -> None:
        for slot in ("name", "unit", "households", "address"):
            if (value := getattr(data, slot)) is not None:
                self.put(slot, event, value)

    def on_renamed(self, data: ProjectRenamed, event: Event) -> None:
        self.put("name", event, data.name)

    def on_details_changed(self, data: ProjectDetailsChanged, event: Event) -> None:
        for slot in ("households", "address"):
            if (value := getattr(data, slot)) is not None:
                self.put(slot, event, value)

    def on_placed(self, data: ProjectPlaced, event: Event) -> None:
        self.put("unit", event, data.unit)

    def on_service_started(self, data: ProjectServiceStarted, event: Event) -> None:
        self.put("served_by", event, data.enterprise, data.until)

    def on_service_ended(self, data: ProjectServiceEnded, event: Event) -> None:
        self.put("served_by", event, None)

    def on_class_decided(self, data: ProjectClassDecided, event: Event) -> None:
        self.put("class", event, data.project_class)

    def on_organisation_covered(self, data: ProjectOrganisationCovered, event: Event) -> None:
        self.put("organisation", event, (data.organisation, data.form))

    def on_organisation_uncovered(self, data: ProjectOrganisationUncovered, event: Event) -> None:
        self.put("organisation", event, None)

    def on_adviser_assigned(self, data: ProjectAdviserAssigned, event: Event) -> None:
        self.put("adviser", event, data.adviser, data.until)

    def on_adviser_released(self, data: ProjectAdviserReleased, event: Event) -> None:
        self.put("adviser", event, None)

    def on_owners_committee_formed(self, data: ProjectOwnersCommitteeFormed, event: Event) -> None:
        self.put("owners_committee", event, (data.people, data.members, data.term_ends))

    def on_owners_committee_ended(self, data: ProjectOwnersCommitteeEnded, event: Event) -> None:
        self.put("owners_committee", event, None)

    def on_cross_appointed(self, data: ProjectCrossAppointed, event: Event) -> None:
        self.put("cross_appointed", event, data.people)

    def on_joint_meeting_held(self, data: ProjectJointMeetingHeld, event: Event) -> None:
        self.put(f"joint_meeting.{data.on}", event, data.topic or True)

    def on_survey_held(self, data: ProjectSurveyHeld, event: Event) -> None:
        self.surveys.add(data.on)
        self.put(f"survey.{data.on}", event, True if data.satisfied is None else data.satisfied)

    def on_rectification_published(self, data: ProjectRectificationPublished, event: Event) -> None:
        self.put(f"rectification.{data.survey_on}", event, data.on)

    def on_closed(self, data: ProjectClosed, event: Event) -> None:
        self.put("closed", event, data.reason)

    def on_fact_voided(self, data: ProjectFactVoided, event: Event) -> None:
        self.drop(data.version)


class Project(ProjectFolds):
    KIND = "project"
    PREFIX = "prj"
    VOIDED = ProjectFactVoided
    LASTING = frozenset({ProjectRegistered.TYPE})

    def register(self, data: ProjectRegistered) -> None:
        self.record(data)

    def rename(self, name: str) -> None:
        self._alive()
        self.state("name", name, ProjectRenamed(name=name))

    def change_details(self, data: ProjectDetailsChanged) -> None:
        self._alive()
        parts = ("households", "address")
        new = {p: v for p in parts if (v := getattr(data, p)) is not None and not self.says(p, v)}
        if new:
            self.record(data.model_copy(update={part: new.get(part) for part in parts}))

    def place(self, unit: str) -> None:
        self._alive()
        self.state("unit", unit, ProjectPlaced(unit=unit))

    def start_service(self, data: ProjectServiceStarted) -> None:
        """Served by this enterprise from the day on; the service of another ends thereby."""
        self._alive()
        if data.until is not None and data.until < self.day:
            raise refuse("ends-before-it-begins", field="until", kind="invalid")
        self.state("served_by", data.enterprise, data, data.until)

    def end_service(self, enterprise: str) -> None:
        if self.value("served_by") != enterprise:
            raise refuse("not-served-by", field="enterprise")
        self.record(ProjectServiceEnded(enterprise=enterprise))

    def decide_class(self, data: ProjectClassDecided) -> None:
        self._alive()
        self.state("class", data.project_class, data)

    def cover(self, organisation: str, form: Form) -> None:
        """Covered by an organisation. Refused while another one covers the project."""
        covering = self.value("organisation")
        if covering is not None and covering[0] != organisation:
            raise refuse("member-elsewhere", field="organisation", organisation=covering[0])
        data = ProjectOrganisationCovered(organisation=organisation, form=form)
        self.state("organisation", (organisation, form), data)

    def uncover(self, organisation: str, cause: LeaveCause, successor: str | None = None) -> None:
        covering = self.value("organisation")
        if covering is None or covering[0] != organisation:
            raise refuse("not-a-member", field="organisation", organisation=organisation)
        self.record(ProjectOrganisationUncovered(organisation=organisation, cause=cause, successor=successor))

    def assign_adviser(self, adviser: str, until: date | None) -> None:
        self._alive()
        self.state("adviser", adviser, ProjectAdviserAssigned(adviser=adviser, until=until), until)

    def release_adviser(self, adviser: str, cause: ReleaseCause) -> None:
        if not self.free_adviser(adviser, cause):
            raise refuse("not-its-adviser", field="adviser", adviser=adviser)

    def free_adviser(self, adviser: str, cause: ReleaseCause) -> bool:
        """Release this adviser from the day on; False when it is not the project's."""
        if self.value("adviser") != adviser:
            return False
        self.record(ProjectAdviserReleased(adviser=adviser, cause=cause))
        return True

    def follow_adviser(self, adviser: str, before: date | None, until: date | None) -> None:
        """The adviser's term ended on `before` and now on `until`: an assignment that ran as long follows."""
        entry = self.entry("adviser")
        if entry is not None and entry.value == adviser and entry.until == before:
            self.assign_adviser(adviser, until)

    def adviser_days(self, adviser: str) -> list[date]:
        """The command's day and later ones from which this adviser is assigned."""
        return self.days_of("adviser", adviser)

    def form_owners_committee(self, data: ProjectOwnersCommitteeFormed) -> None:
        if data.members > data.people:
            raise refuse("more-members-than-people", field="members", kind="invalid")
        self._alive()
        self.state("owners_committee", (data.people, data.members, data.term_ends), data)

    def end_owners_committee(self) -> None:
        self.state("owners_committee", None, ProjectOwnersCommitteeEnded())

    def cross_appoint(self, people: int) -> None:
        self._alive()
        self.state("cross_appointed", people, ProjectCrossAppointed(people=people))

    def hold_joint_meeting(self, data: ProjectJointMeetingHeld) -> None:
        self._alive()
        if not self.says(f"joint_meeting.{data.on}", data.topic or True):
            self.record(data)

    def hold_survey(self, data: ProjectSurveyHeld) -> None:
        self._alive()
        if not self.says(f"survey.{data.on}", True if data.satisfied is None else data.satisfied):
            self.record(data)

    def publish_rectification(self, data: ProjectRectificationPublished) -> None:
        if data.survey_on not in self.surveys:
            raise refuse("no-such-survey", field="survey_on", day=data.survey_on)
        if data.on < data.survey_on:
            raise refuse("ends-before-it-begins", field="on", kind="invalid")
        self.state(f"rectification.{data.survey_on}", data.on, data)

    def close(self, reason: str) -> None:
        if self.value("closed") is None:
            self.record(ProjectClosed(reason=reason))

    def _alive(self) -> None:
        if self.value("closed") is not None:
            raise refuse("project-closed", field="project", project=self.id)
