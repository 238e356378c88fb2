"""Decisions about an enterprise that one level proposes and the level above confirms (domain §2, §3)."""

from __future__ import annotations

from typing import NamedTuple

from services.registry.domain.base import DatedAggregate
from services.registry.domain.days import within_a_year
from services.registry.domain.words import refuse
from services.registry.events.enterprise import (
    EnterpriseNotReadyConfirmed,
    EnterpriseNotReadyEnded,
    EnterpriseNotReadyProposed,
    EnterpriseProposalRefused,
    EnterpriseScopeConfirmed,
    EnterpriseScopeProposed,
    EnterpriseUncoveredReasonStated,
    ProposalKind,
)
from xianfeng.event import Event

__all__ = ["Decisions", "Proposal"]


class Proposal(NamedTuple):
    """What was proposed, by whom (an account), and by which event."""

    version: int
    actor: str
    data: EnterpriseScopeProposed | EnterpriseNotReadyProposed


class Decisions(DatedAggregate):
    """暂不具备条件, 不纳入统计 and 未建原因."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.proposals: dict[ProposalKind, Proposal] = {}

    def propose_not_ready(self, data: EnterpriseNotReadyProposed) -> None:
        within_a_year(self.day, data.review_date, field="review_date")
        self._propose("not_ready", data)

    def confirm_not_ready(self) -> None:
        """In force from the command's day up to and including the review date."""
        data = self.proposed("not_ready").data
        assert isinstance(data, EnterpriseNotReadyProposed)
        within_a_year(self.day, data.review_date, field="meta.effective")
        self.record(EnterpriseNotReadyConfirmed(reason=data.reason, review_date=data.review_date))

    def end_not_ready(self, reason: str) -> None:
        self.state("not_ready", None, EnterpriseNotReadyEnded(reason=reason))

    def propose_scope(self, data: EnterpriseScopeProposed) -> None:
        if not data.in_scope and data.reason is None:
            raise refuse("scope-without-reason", field="reason", kind="invalid")
        if data.review_date is not None and data.review_date < self.day:
            raise refuse("ends-before-it-begins", field="review_date", kind="invalid")
        self._propose("scope", data)

    def confirm_scope(self) -> None:
        data = self.proposed("scope").data
        assert isinstance(data, EnterpriseScopeProposed)
        self.record(
            EnterpriseScopeConfirmed(
                in_scope=data.in_scope, reason=data.reason, evidence=data.evidence, review_date=data.review_date
            )
        )

    def refuse_proposal(self, kind: ProposalKind, reason: str) -> None:
        self.proposed(kind)
        self.record(EnterpriseProposalRefused(proposal=kind, reason=reason))

    def state_uncovered_reason(self, data: EnterpriseUncoveredReasonStated) -> None:
        self.state("uncovered_reason", data.reason, data)

    def proposed(self, kind: ProposalKind) -> Proposal:
        """The open proposal. Refused when there is none."""
        if kind not in self.proposals:
            raise refuse("no-proposal", field="enterprise")
        return self.proposals[kind]

    def _propose(self, kind: ProposalKind, data: EnterpriseScopeProposed | EnterpriseNotReadyProposed) -> None:
        standing = self.proposals.get(kind)
        if standing is None or standing.data != data:
            self.record(data)

    def on_not_ready_proposed(self, data: EnterpriseNotReadyProposed, event: Event) -> None:
        self.proposals["not_ready"] = Proposal(event.originator_version, event.actor, data)

    def on_not_ready_confirmed(self, data: EnterpriseNotReadyConfirmed, event: Event) -> None:
        self.proposals.pop("not_ready", None)
        self.put("not_ready", event, data.reason, data.review_date)

    def on_not_ready_ended(self, data: EnterpriseNotReadyEnded, event: Event) -> None:
        self.put("not_ready", event, None)

    def on_scope_proposed(self, data: EnterpriseScopeProposed, event: Event) -> None:
        self.proposals["scope"] = Proposal(event.originator_version, event.actor, data)

    def on_scope_confirmed(self, data: EnterpriseScopeConfirmed, event: Event) -> None:
        self.proposals.pop("scope", None)
        # Only "out of scope" is a value: an enterprise of which nothing was decided is in scope.
        self.put("out_of_scope", event, None if data.in_scope else data.reason)

    def on_proposal_refused(self, data: EnterpriseProposalRefused, event: Event) -> None:
        self.proposals.pop(data.proposal, None)

    def on_uncovered_reason_stated(self, data: EnterpriseUncoveredReasonStated, event: Event) -> None:
        self.put("uncovered_reason", event, data.reason)
