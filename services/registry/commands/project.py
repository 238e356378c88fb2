"""Projects: who serves them, what covers them, what is held there."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.registry.commands.covering import adviser_in_office, organisation_to_join
from services.registry.commands.desk import Desk
from services.registry.commands.model import Command, Day, EnterpriseRef, Handler, Ref, UnitRef, fact
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.project import Project
from services.registry.events.base import Count, FreeText, Name, ReleaseCause
from services.registry.events.project import (
    ProjectClass,
    ProjectClassDecided,
    ProjectDetailsChanged,
    ProjectJointMeetingHeld,
    ProjectOwnersCommitteeFormed,
    ProjectRectificationPublished,
    ProjectRegistered,
    ProjectServiceStarted,
    ProjectSurveyHeld,
)
from xianfeng.event import subject_id

__all__ = ["COMMANDS"]


class ProjectCommand(Command):
    TARGET = "project"
    project: Ref


class RegisterProject(Command):
    name: Name
    unit: UnitRef
    households: Count | None = None
    address: FreeText | None = None


def register(desk: Desk, command: RegisterProject) -> Project:
    unit = desk.unit(command.unit, "unit")
    project = desk.session.new(Project, subject_id(Project.PREFIX, desk.command_id))
    project.register(fact(ProjectRegistered, command, unit=unit))
    return project


class RenameProject(ProjectCommand):
    name: Name


def rename(desk: Desk, command: RenameProject, project: Project) -> Project:
    project.rename(command.name)
    return project


class ChangeProjectDetails(ProjectCommand):
    households: Count | None = None
    address: FreeText | None = None


def change_details(desk: Desk, command: ChangeProjectDetails, project: Project) -> Project:
    project.change_details(fact(ProjectDetailsChanged, command))
    return project


class PlaceProject(ProjectCommand):
    unit: UnitRef


def place(desk: Desk, command: PlaceProject, project: Project) -> Project:
    project.place(desk.unit(command.unit, "unit"))
    return project


class StartService(ProjectCommand):
    enterprise: EnterpriseRef
    until: Day | None = None


def start_service(desk: Desk, command: StartService, project: Project) -> Project:
    enterprise = desk.find(Enterprise, command.enterprise, "enterprise")
    project.start_service(fact(ProjectServiceStarted, command, enterprise=enterprise.id))
    return project


class EndService(ProjectCommand):
    enterprise: EnterpriseRef


def end_service(desk: Desk, command: EndService, project: Project) -> Project:
    project.end_service(desk.find(Enterprise, command.enterprise, "enterprise").id)
    return project


class DecideProjectClass(ProjectCommand):
    project_class: ProjectClass
    reason: FreeText | None = None


def decide_class(desk: Desk, command: DecideProjectClass, project: Project) -> Project:
    project.decide_class(fact(ProjectClassDecided, command))
    return project


class CoverProject(ProjectCommand):
    organisation: Ref


def cover(desk: Desk, command: CoverProject, project: Project) -> Project:
    organisation, form = organisation_to_join(desk, command.organisation, "projects")
    project.cover(organisation, form)
    desk.link(organisation, project.id)
    return project


class UncoverProject(ProjectCommand):
    organisation: Ref


def uncover(desk: Desk, command: UncoverProject, project: Project) -> Project:
    project.uncover(command.organisation, "left")
    return project


class AssignProjectAdviser(ProjectCommand):
    adviser: Ref
    until: Day | None = None


def assign_adviser(desk: Desk, command: AssignProjectAdviser, project: Project) -> Project:
    adviser = adviser_in_office(desk, command.adviser)
    project.assign_adviser(adviser.id, command.until or adviser.until)
    desk.link(adviser.id, project.id)
    return project


class ReleaseProjectAdviser(ProjectCommand):
    adviser: Ref
    cause: ReleaseCause = "other"


def release_adviser(desk: Desk, command: ReleaseProjectAdviser, project: Project) -> Project:
    project.release_adviser(command.adviser, command.cause)
    return project


class FormOwnersCommittee(ProjectCommand):
    people: Count
    members: Count
    term_ends: Day | None = None


def form_owners_committee(desk: Desk, command: FormOwnersCommittee, project: Project) -> Project:
    project.form_owners_committee(fact(ProjectOwnersCommitteeFormed, command))
    return project


class EndOwnersCommittee(ProjectCommand):
    pass


def end_owners_committee(desk: Desk, command: EndOwnersCommittee, project: Project) -> Project:
    project.end_owners_committee()
    return project


class RecordCrossAppointment(ProjectCommand):
    people: Count


def cross_appoint(desk: Desk, command: RecordCrossAppointment, project: Project) -> Project:
    project.cross_appoint(command.people)
    return project


class RecordJointMeeting(ProjectCommand):
    on: Day
    topic: FreeText | None = None


def joint_meeting(desk: Desk, command: RecordJointMeeting, project: Project) -> Project:
    project.hold_joint_meeting(fact(ProjectJointMeetingHeld, command))
    return project


class RecordSurvey(ProjectCommand):
    on: Day
    satisfied: Annotated[int, Field(ge=0, le=100)] | None = None


def survey(desk: Desk, command: RecordSurvey, project: Project) -> Project:
    project.hold_survey(fact(ProjectSurveyHeld, command))
    return project


class PublishRectification(ProjectCommand):
    survey_on: Day
    on: Day


def publish_rectification(desk: Desk, command: PublishRectification, project: Project) -> Project:
    project.publish_rectification(fact(ProjectRectificationPublished, command))
    return project


class CloseProject(ProjectCommand):
    reason: Name


def close(desk: Desk, command: CloseProject, project: Project) -> Project:
    project.close(command.reason)
    return project


COMMANDS: dict[type[Command], Handler] = {
    RegisterProject: register,
    RenameProject: rename,
    ChangeProjectDetails: change_details,
    PlaceProject: place,
    StartService: start_service,
    EndService: end_service,
    DecideProjectClass: decide_class,
    CoverProject: cover,
    UncoverProject: uncover,
    AssignProjectAdviser: assign_adviser,
    ReleaseProjectAdviser: release_adviser,
    FormOwnersCommittee: form_owners_committee,
    EndOwnersCommittee: end_owners_committee,
    RecordCrossAppointment: cross_appoint,
    RecordJointMeeting: joint_meeting,
    RecordSurvey: survey,
    PublishRectification: publish_rectification,
    CloseProject: close,
}
