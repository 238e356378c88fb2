"""What happens to a Party organisation, an industry committee and an adviser (domain §2–4)."""

from __future__ import annotations

from typing import Literal

from services.registry.events.base import (
    AdviserKind,
    Count,
    EndCause,
    Fact,
    FactVoidedBase,
    Form,
    FreeText,
    Name,
    OrganisationType,
    Subject,
    date,
)  # fmt: skip
from xianfeng.event import published

__all__ = ["EVENTS"]

Covers = Literal["enterprises", "projects"]
Erasure = Literal["retention_ended", "requested"]
Step = Literal["mobilised", "planned", "requested", "approved", "elected", "established"]


class OrganisationOpened(Fact):
    """It is being formed; it stands once step `approved` (批复) is recorded. Who belongs is the members' fact.

    `of`: the enterprise or project that forms its own organisation; absent for the other forms.
    """

    TYPE = "organisation.opened.v1"
    name: Name
    form: Form
    type: OrganisationType = "branch"
    unit: Subject
    covers: Covers = "enterprises"
    functional: bool = False
    of: Subject | None = None


class OrganisationStepRecorded(Fact):
    """动员 → 拟建日期 → 请示 → 批复 (number) → 选举 → 已建. `on` is the step's own day."""

    TYPE = "organisation.step-recorded.v1"
    step: Step
    on: date
    number: FreeText | None = None
    approved_by: FreeText | None = None


class OrganisationRenamed(Fact):
    TYPE = "organisation.renamed.v1"
    name: Name


class OrganisationTypeChanged(Fact):
    """升格 or 调整: branch, general branch, committee."""

    TYPE = "organisation.type-changed.v1"
    type: OrganisationType


class OrganisationTermSet(Fact):
    TYPE = "organisation.term-set.v1"
    number: Count
    begins: date
    ends: date


class OrganisationParentsSet(Fact):
    """双重管理: led by the community organisation, guided by the industry organisation, a vertical parent besides."""

    TYPE = "organisation.parents-set.v1"
    community: FreeText | None = None
    industry: Subject | None = None
    vertical: FreeText | None = None


class OrganisationTransferred(Fact):
    """转隶: from this day it belongs to another unit."""

    TYPE = "organisation.transferred.v1"
    unit: Subject


class OrganisationBranchCommitteeElected(Fact):
    """支委会 (due with seven formal members)."""

    TYPE = "organisation.branch-committee-elected.v1"
    people: Count


class OrganisationSecretaryConsulted(Fact):
    """书记任免征求意见: the community organisation's opinion was heard on that day."""

    TYPE = "organisation.secretary-consulted.v1"
    on: date
    agreed: bool


class OrganisationSecretaryAppointed(Fact):
    TYPE = "organisation.secretary-appointed.v1"
    holder: Subject


class OrganisationSecretaryRemoved(Fact):
    TYPE = "organisation.secretary-removed.v1"
    holder: Subject


class OrganisationEnded(Fact):
    TYPE = "organisation.ended.v1"
    cause: EndCause
    successor: Subject | None = None
    document: FreeText | None = None


class OrganisationFactVoided(FactVoidedBase):
    TYPE = "organisation.fact-voided.v1"


class CommitteeFormed(Fact):
    """物业行业党委 of a city (a county's by practice): its day, leading group and staff."""

    TYPE = "committee.formed.v1"
    name: Name
    unit: Subject
    leading_group: Count
    staff: Count


class CommitteeChanged(Fact):
    TYPE = "committee.changed.v1"
    name: Name | None = None
    leading_group: Count | None = None
    staff: Count | None = None


class CommitteeEnded(Fact):
    TYPE = "committee.ended.v1"
    cause: EndCause
    successor: Subject | None = None


class CommitteeFactVoided(FactVoidedBase):
    TYPE = "committee.fact-voided.v1"


class AdviserAppointed(Fact):
    """党建工作指导员. The person is a random `holder` id; name and office phone live apart and can be erased."""

    TYPE = "adviser.appointed.v1"
    holder: Subject
    kind: AdviserKind
    unit: Subject
    full_time: bool = False
    until: date | None = None


class AdviserTermChanged(Fact):
    TYPE = "adviser.term-changed.v1"
    until: date | None = None


class AdviserLeft(Fact):
    """The person leaves: every enterprise is released in the same transaction."""

    TYPE = "adviser.left.v1"
    reason: FreeText | None = None


class AdviserFactVoided(FactVoidedBase):
    TYPE = "adviser.fact-voided.v1"


class HolderErased(Fact):
    """Name and phone of this role holder were deleted; what the role did stays."""

    TYPE = "holder.erased.v1"
    reason: Erasure


EVENTS = published(globals())
