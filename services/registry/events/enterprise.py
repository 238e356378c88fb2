"""What happens to an enterprise (domain §2–4). Its subject is opaque; its credit code is one of its facts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.registry.events.base import (
    AdviserKind,
    Code,
    Count,
    EndCause,
    Fact,
    FactVoidedBase,
    FreeText,
    JointForm,
    LeaveCause,
    Name,
    OrganisationType,
    ReleaseCause,
    Subject,
    date,
)  # fmt: skip
from xianfeng.event import published

__all__ = ["EVENTS"]

RegistryStatus = Literal["active", "closing", "moved_out", "suspended", "revoked", "deregistered", "unknown"]
CountSource = Literal["organisation_verified", "community_verified", "declared", "yearly_report"]
ConfirmingSource = Literal["organisation_verified", "community_verified"]
CountField = Literal["formal", "probationary", "elsewhere"]
ProposalKind = Literal["scope", "not_ready"]
SuccessionCause = Literal["absorbed", "split"]
TrainingKind = Literal["secretary_training", "dual_cultivation"]
TrainingLevel = Literal["province", "city", "county"]
EntityKind = Literal["legal_person", "branch_office"]
MassKind = Literal["union", "youth_league", "womens_federation"]
ScopeReason = Literal["not_property_service", "not_operating", "left_the_area", "branch_office", "duplicate", "other"]
DifferenceField = Literal[
    "code", "name", "registry_status", "kind", "parent_code", "founded", "authority", "address", "industry_code", "unit"
]
UncoveredReason = Literal["no_members", "investor_unwilling", "superior_not_guiding", "other"]
Year = Annotated[int, Field(ge=2000, le=2100)]


class EnterpriseRegistered(Fact):
    TYPE = "enterprise.registered.v1"
    code: Code
    name: Name
    unit: Subject
    registry_status: RegistryStatus = "active"
    kind: EntityKind = "legal_person"
    parent_code: Code | None = None
    founded: date | None = None
    authority: FreeText | None = None
    address: FreeText | None = None
    industry_code: FreeText | None = None
    operating_unit: Subject | None = None


class EnterpriseRenamed(Fact):
    TYPE = "enterprise.renamed.v1"
    name: Name


class EnterpriseCodeCorrected(Fact):
    TYPE = "enterprise.code-corrected.v1"
    code: Code


class EnterpriseDetailsChanged(Fact):
    """Registry facts that decide nothing; absent fields stay as they are."""

    TYPE = "enterprise.details-changed.v1"
    kind: EntityKind | None = None
    parent_code: Code | None = None
    founded: date | None = None
    authority: FreeText | None = None
    address: FreeText | None = None
    industry_code: FreeText | None = None
    operating_unit: Subject | None = None


class EnterpriseRegistryStatusChanged(Fact):
    TYPE = "enterprise.registry-status-changed.v1"
    registry_status: RegistryStatus


class EnterpriseDifferenceRaised(Fact):
    """A register reports what an office has stated otherwise: what is known stays until a person settles it."""

    TYPE = "enterprise.difference-raised.v1"
    field: DifferenceField
    known: FreeText | None = None
    reported: Name
    source: Name


class EnterpriseDifferenceSettled(Fact):
    """`taken`: the register was right, and facts of the same command say so; otherwise what is known stays."""

    TYPE = "enterprise.difference-settled.v1"
    field: DifferenceField
    reported: Name
    taken: bool
    reason: FreeText | None = None


class EnterpriseConfirmed(Fact):
    """An office has looked at what a register brought, or at what became of the record, and it is so."""

    TYPE = "enterprise.confirmed.v1"


class EnterprisePlaced(Fact):
    """The home unit (主责单位) from this day on."""

    TYPE = "enterprise.placed.v1"
    unit: Subject


class EnterpriseTransferProposed(Fact):
    """One unit proposes another home unit; it changes when that unit accepts."""

    TYPE = "enterprise.transfer-proposed.v1"
    to_unit: Subject
    reason: FreeText | None = None


class EnterpriseTransferDeclined(Fact):
    TYPE = "enterprise.transfer-declined.v1"
    to_unit: Subject
    reason: Name


class EnterpriseWorkingUnitAdded(Fact):
    TYPE = "enterprise.working-unit-added.v1"
    unit: Subject


class EnterpriseWorkingUnitRemoved(Fact):
    TYPE = "enterprise.working-unit-removed.v1"
    unit: Subject


class EnterpriseMembersCounted(Fact):
    """Confirmed counts (党组织核实, 社区核实): the only ones that decide. Absent means not stated."""

    TYPE = "enterprise.members-counted.v1"
    formal: Count | None = None
    probationary: Count | None = None
    elsewhere: Count | None = None
    source: ConfirmingSource = "community_verified"


class EnterpriseMembersReported(Fact):
    """Counts that pre-fill and never decide (企业申报, 年报; a yearly figure includes probationary members)."""

    TYPE = "enterprise.members-reported.v1"
    formal: Count | None = None
    probationary: Count | None = None
    elsewhere: Count | None = None
    source: Literal["declared", "yearly_report"]


class EnterpriseVerificationOpened(Fact):
    """数据核实: two sources differ; until it closes the confirmed value counts.

    `source`: where both are confirmed (党组织核实 and 社区核实 from the same day), who said `reported`, which was told
    second; the other one said `confirmed`, which counts.
    """

    TYPE = "enterprise.verification-opened.v1"
    field: CountField
    confirmed: Count | None = None
    reported: Count
    source: ConfirmingSource | None = None
    answer_by: date


class EnterpriseVerificationClosed(Fact):
    TYPE = "enterprise.verification-closed.v1"
    field: CountField
    reason: Name


class EnterpriseMembersInTransfer(Fact):
    """Transfers under way (转出中, 转入中): information; whoever holds the relation counts."""

    TYPE = "enterprise.members-in-transfer.v1"
    leaving: Count = 0
    arriving: Count = 0


class EnterpriseOrganisationFormed(Fact):
    """单独组建: its own organisation stands (批复) from this day on."""

    TYPE = "enterprise.organisation-formed.v1"
    organisation: Subject
    type: OrganisationType = "branch"


class EnterpriseOrganisationEnded(Fact):
    TYPE = "enterprise.organisation-ended.v1"
    organisation: Subject
    cause: EndCause
    successor: Subject | None = None


class EnterpriseOrganisationJoined(Fact):
    """Membership of a joint, regional, industry or grid organisation: recorded here and nowhere else."""

    TYPE = "enterprise.organisation-joined.v1"
    organisation: Subject
    form: JointForm


class EnterpriseOrganisationLeft(Fact):
    TYPE = "enterprise.organisation-left.v1"
    organisation: Subject
    cause: LeaveCause
    successor: Subject | None = None


class EnterpriseAdviserAssigned(Fact):
    """`community`: from the leading group of the community Party organisation. `until`: the last day."""

    TYPE = "enterprise.adviser-assigned.v1"
    adviser: Subject
    kind: AdviserKind
    until: date | None = None


class EnterpriseAdviserReleased(Fact):
    """From this day on the enterprise has no adviser of that kind."""

    TYPE = "enterprise.adviser-released.v1"
    adviser: Subject
    kind: AdviserKind
    cause: ReleaseCause


class EnterpriseMassOrganisationFormed(Fact):
    TYPE = "enterprise.mass-organisation-formed.v1"
    kind: MassKind


class EnterpriseMassOrganisationEnded(Fact):
    TYPE = "enterprise.mass-organisation-ended.v1"
    kind: MassKind


class EnterpriseRecruitingPlanned(Fact):
    """A plan to recruit staff who are members; `until` is its last day, at most 12 months on (assumed)."""

    TYPE = "enterprise.recruiting-planned.v1"
    until: date


class EnterpriseRecruitingEnded(Fact):
    TYPE = "enterprise.recruiting-ended.v1"


class EnterpriseNotReadyProposed(Fact):
    TYPE = "enterprise.not-ready-proposed.v1"
    reason: Name
    review_date: date


class EnterpriseNotReadyConfirmed(Fact):
    """暂不具备条件, confirmed by the level above; in force up to and including the review date."""

    TYPE = "enterprise.not-ready-confirmed.v1"
    reason: Name
    review_date: date


class EnterpriseNotReadyEnded(Fact):
    TYPE = "enterprise.not-ready-ended.v1"
    reason: Name


class EnterpriseScopeProposed(Fact):
    TYPE = "enterprise.scope-proposed.v1"
    in_scope: bool
    reason: ScopeReason | None = None
    evidence: FreeText | None = None
    review_date: date | None = None


class EnterpriseScopeConfirmed(Fact):
    """不纳入统计 (or back in), confirmed by the level above, from this day on."""

    TYPE = "enterprise.scope-confirmed.v1"
    in_scope: bool
    reason: ScopeReason | None = None
    evidence: FreeText | None = None
    review_date: date | None = None


class EnterpriseProposalRefused(Fact):
    TYPE = "enterprise.proposal-refused.v1"
    proposal: ProposalKind
    reason: Name


class EnterpriseUncoveredReasonStated(Fact):
    TYPE = "enterprise.uncovered-reason-stated.v1"
    reason: UncoveredReason


class EnterpriseFiled(Fact):
    """报备: each year-start; organisation formed or not, and its set-up. No counts."""

    TYPE = "enterprise.filed.v1"
    year: Year
    organisation_formed: bool
    set_up: FreeText | None = None


class EnterpriseFilingAccepted(Fact):
    TYPE = "enterprise.filing-accepted.v1"
    year: Year


class EnterpriseFilingReturned(Fact):
    TYPE = "enterprise.filing-returned.v1"
    year: Year
    reason: Name


class EnterpriseTrainingRecorded(Fact):
    TYPE = "enterprise.training-recorded.v1"
    kind: TrainingKind
    level: TrainingLevel
    people: Count = 1


class EnterpriseMerged(Fact):
    """Two records of one enterprise: this one no longer counts, `into` does. Can be undone."""

    TYPE = "enterprise.merged.v1"
    into: Subject
    reason: Name


class EnterpriseMergeUndone(Fact):
    TYPE = "enterprise.merge-undone.v1"
    reason: Name


class EnterpriseSucceeded(Fact):
    """Absorbed by, or split into, other enterprises."""

    TYPE = "enterprise.succeeded.v1"
    cause: SuccessionCause
    successors: Annotated[tuple[Subject, ...], Field(min_length=1, max_length=50)]


class EnterpriseFactVoided(FactVoidedBase):
    TYPE = "enterprise.fact-voided.v1"


EVENTS = published(globals())
