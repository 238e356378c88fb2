"""Decisions that are proposed and confirmed from above: 暂不具备条件, 不纳入统计; and 未建原因."""

from __future__ import annotations

from services.registry.commands.desk import Desk
from services.registry.commands.enterprise import EnterpriseCommand
from services.registry.commands.model import Command, Day, Handler, fact
from services.registry.domain.enterprise import Enterprise
from services.registry.events.base import FreeText, Name
from services.registry.events.enterprise import (
    EnterpriseNotReadyProposed,
    EnterpriseScopeProposed,
    EnterpriseUncoveredReasonStated,
    ProposalKind,
    ScopeReason,
    UncoveredReason,
)
from xianfeng.words import say

__all__ = ["COMMANDS"]


class ProposeNotReady(EnterpriseCommand):
    reason: Name
    review_date: Day


def propose_not_ready(desk: Desk, command: ProposeNotReady, enterprise: Enterprise) -> Enterprise:
    enterprise.propose_not_ready(fact(EnterpriseNotReadyProposed, command))
    _warn_without_work(desk, enterprise)
    return enterprise


class ConfirmNotReady(EnterpriseCommand):
    pass


def confirm_not_ready(desk: Desk, command: ConfirmNotReady, enterprise: Enterprise) -> Enterprise:
    desk.require_above(enterprise, enterprise.proposed("not_ready").actor)
    enterprise.confirm_not_ready()
    _warn_without_work(desk, enterprise)
    return enterprise


class EndNotReady(EnterpriseCommand):
    reason: Name


def end_not_ready(desk: Desk, command: EndNotReady, enterprise: Enterprise) -> Enterprise:
    enterprise.end_not_ready(command.reason)
    return enterprise


class ProposeScope(EnterpriseCommand):
    in_scope: bool
    reason: ScopeReason | None = None
    evidence: FreeText | None = None
    review_date: Day | None = None


def propose_scope(desk: Desk, command: ProposeScope, enterprise: Enterprise) -> Enterprise:
    enterprise.propose_scope(fact(EnterpriseScopeProposed, command))
    return enterprise


class ConfirmScope(EnterpriseCommand):
    pass


def confirm_scope(desk: Desk, command: ConfirmScope, enterprise: Enterprise) -> Enterprise:
    desk.require_above(enterprise, enterprise.proposed("scope").actor)
    enterprise.confirm_scope()
    return enterprise


class RefuseProposal(EnterpriseCommand):
    proposal: ProposalKind
    reason: Name


def refuse_proposal(desk: Desk, command: RefuseProposal, enterprise: Enterprise) -> Enterprise:
    desk.require_above(enterprise, enterprise.proposed(command.proposal).actor)
    enterprise.refuse_proposal(command.proposal, command.reason)
    return enterprise


class StateUncoveredReason(EnterpriseCommand):
    reason: UncoveredReason


def state_uncovered_reason(desk: Desk, command: StateUncoveredReason, enterprise: Enterprise) -> Enterprise:
    enterprise.state_uncovered_reason(fact(EnterpriseUncoveredReasonStated, command))
    return enterprise


def _warn_without_work(desk: Desk, enterprise: Enterprise) -> None:
    # A check that warns and never blocks: work coverage may be recorded late.
    if not enterprise.has_work_coverage():
        desk.warnings.append(say("registry.warning.not-ready-without-work"))


COMMANDS: dict[type[Command], Handler] = {
    ProposeNotReady: propose_not_ready,
    ConfirmNotReady: confirm_not_ready,
    EndNotReady: end_not_ready,
    ProposeScope: propose_scope,
    ConfirmScope: confirm_scope,
    RefuseProposal: refuse_proposal,
    StateUncoveredReason: state_uncovered_reason,
}
