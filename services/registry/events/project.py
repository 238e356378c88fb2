"""What happens to a project: the site an enterprise serves (domain §2, §4; H 三(二); C 三.2, 三.6)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.registry.events.base import (
    Count,
    Fact,
    FactVoidedBase,
    Form,
    FreeText,
    LeaveCause,
    Name,
    ReleaseCause,
    Subject,
    date,
)
from xianfeng.event import published

__all__ = ["EVENTS"]


ProjectClass = Literal["served_well", "not_served_or_badly"]


class ProjectRegistered(Fact):
    TYPE = "project.registered.v1"
    name: Name
    unit: Subject
    households: Count | None = None
    address: FreeText | None = None


class ProjectRenamed(Fact):
    TYPE = "project.renamed.v1"
    name: Name


class ProjectDetailsChanged(Fact):
    TYPE = "project.details-changed.v1"
    households: Count | None = None
    address: FreeText | None = None


class ProjectPlaced(Fact):
    TYPE = "project.placed.v1"
    unit: Subject


class ProjectServiceStarted(Fact):
    """Served by this enterprise from this day on; a change of company keeps the project."""

    TYPE = "project.service-started.v1"
    enterprise: Subject
    until: date | None = None


class ProjectServiceEnded(Fact):
    TYPE = "project.service-ended.v1"
    enterprise: Subject


class ProjectClassDecided(Fact):
    """分类施策, decided by a person, internal."""

    TYPE = "project.class-decided.v1"
    project_class: ProjectClass
    reason: FreeText | None = None


class ProjectOrganisationCovered(Fact):
    """Covered by an organisation (项目党支部, 小区党支部, 业委会党组织) of this form."""

    TYPE = "project.organisation-covered.v1"
    organisation: Subject
    form: Form


class ProjectOrganisationUncovered(Fact):
    TYPE = "project.organisation-uncovered.v1"
    organisation: Subject
    cause: LeaveCause
    successor: Subject | None = None


class ProjectAdviserAssigned(Fact):
    TYPE = "project.adviser-assigned.v1"
    adviser: Subject
    until: date | None = None


class ProjectAdviserReleased(Fact):
    TYPE = "project.adviser-released.v1"
    adviser: Subject
    cause: ReleaseCause


class ProjectOwnersCommitteeFormed(Fact):
    """业委会, with how many of its people are Party members."""

    TYPE = "project.owners-committee-formed.v1"
    people: Count
    members: Count
    term_ends: date | None = None


class ProjectOwnersCommitteeEnded(Fact):
    TYPE = "project.owners-committee-ended.v1"


class ProjectCrossAppointed(Fact):
    """交叉任职 (C 三.2): how many people hold posts on both sides."""

    TYPE = "project.cross-appointed.v1"
    people: Count


class ProjectJointMeetingHeld(Fact):
    TYPE = "project.joint-meeting-held.v1"
    on: date
    topic: FreeText | None = None


class ProjectSurveyHeld(Fact):
    """满意度调查; `satisfied` in per cent."""

    TYPE = "project.survey-held.v1"
    on: date
    satisfied: Annotated[int, Field(ge=0, le=100)] | None = None


class ProjectRectificationPublished(Fact):
    TYPE = "project.rectification-published.v1"
    survey_on: date
    on: date


class ProjectClosed(Fact):
    TYPE = "project.closed.v1"
    reason: Name


class ProjectFactVoided(FactVoidedBase):
    TYPE = "project.fact-voided.v1"


EVENTS = published(globals())
