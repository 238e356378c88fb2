"""The enterprise: found by its credit code, counted once at its home unit."""

from __future__ import annotations

from services.registry.domain.enterprise.covering import Covering
from services.registry.domain.enterprise.decisions import Decisions
from services.registry.domain.enterprise.differences import Differences
from services.registry.domain.enterprise.members import Members
from services.registry.domain.enterprise.records import Records
from services.registry.domain.enterprise.registration import Registration
from services.registry.domain.words import refuse
from services.registry.events.enterprise import (
    EnterpriseAdviserAssigned,
    EnterpriseDetailsChanged,
    EnterpriseFactVoided,
    EnterpriseFiled,
    EnterpriseMassOrganisationEnded,
    EnterpriseMassOrganisationFormed,
    EnterpriseMembersCounted,
    EnterpriseMembersInTransfer,
    EnterpriseMembersReported,
    EnterpriseMerged,
    EnterpriseMergeUndone,
    EnterpriseOrganisationJoined,
    EnterpriseRecruitingEnded,
    EnterpriseRecruitingPlanned,
    EnterpriseRegistered,
    EnterpriseRegistryStatusChanged,
    EnterpriseTrainingRecorded,
    EnterpriseUncoveredReasonStated,
)
from xianfeng.event import Event

__all__ = ["MOVABLE", "Enterprise"]

MOVABLE = frozenset(
    model.TYPE
    for model in (
        EnterpriseMembersCounted, EnterpriseMembersReported, EnterpriseMembersInTransfer, EnterpriseOrganisationJoined,
        EnterpriseAdviserAssigned, EnterpriseMassOrganisationFormed, EnterpriseMassOrganisationEnded,
        EnterpriseRecruitingPlanned, EnterpriseRecruitingEnded, EnterpriseUncoveredReasonStated, EnterpriseFiled,
        EnterpriseTrainingRecorded, EnterpriseRegistryStatusChanged, EnterpriseDetailsChanged,
    )
)  # fmt: skip
"""Types of facts that may be moved to another enterprise."""


class Enterprise(Registration, Differences, Members, Covering, Decisions, Records):
    """Its facts are dated slots; each part of the class is one group of facts (domain §4)."""

    KIND = "enterprise"
    PREFIX = "ent"
    VOIDED = EnterpriseFactVoided
    LASTING = frozenset({EnterpriseRegistered.TYPE, EnterpriseMerged.TYPE, EnterpriseMergeUndone.TYPE})

    def take_over(self, event: Event) -> None:
        """A fact that was recorded for another enterprise is this one's. Only facts without a partner can move."""
        if event.type not in MOVABLE:
            raise refuse("cannot-move", field="event", type=event.type)
        self.record(event.data.model_copy(update={"correction": None}))

    def stands(self, version: int) -> bool:
        return self._pending(version) or super().stands(version)

    def _pending(self, version: int) -> bool:
        transfer = self.transfer is not None and self.transfer[0] == version
        return transfer or any(proposal.version == version for proposal in self.proposals.values())

    def on_fact_voided(self, data: EnterpriseFactVoided, event: Event) -> None:
        self.drop(data.version)
        self.proposals = {k: p for k, p in self.proposals.items() if p.version != data.version}
        if self.transfer and self.transfer[0] == data.version:
            self.transfer = None
