"""From what a row states and what holds to the ordinary commands that bring it about. Pure."""

from __future__ import annotations

from services.registry.domain.enterprise.covering import MASS_KINDS
from services.registry.domain.enterprise.members import COUNTS
from services.registry.ledger.organising import plan_organisation
from services.registry.ledger.plan import Case, Plan, Step, fault
from xianfeng.words import say

__all__ = ["plan_row"]


def plan_row(case: Case, count_source: str) -> Plan:
    """The plan of one row. Raises Refused when its statements contradict each other."""
    plan = Plan()
    _members(case, plan, count_source)
    plan_organisation(case, plan)
    _advisers(case, plan)
    _work(case, plan)
    _uncovered(case, plan)
    _not_ready(case, plan)
    _scope(case, plan)
    return plan


def _members(case: Case, plan: Plan, source: str) -> None:
    if counted := case.changes(*COUNTS):
        values = {key: case.wants(key) for key in counted}
        plan.do(case, counted, _of(case, "CountMembers", source=source, **values))
    if moving := case.changes("leaving", "arriving"):
        values = {key: case.wants(key) or "0" for key in ("leaving", "arriving")}
        plan.do(case, moving, _of(case, "NoteMembersInTransfer", **values))


def _advisers(case: Case, plan: Plan) -> None:
    stated, now = case.stated.get("adviser"), case.now.get("adviser")
    if stated is None or stated == now or (stated == "any" and now):
        return
    if not case.wants("adviser"):
        if now:
            plan.do(case, ["adviser"], *(_of(case, "ReleaseAdviser", adviser=who) for who in case.advisers))
    else:
        # An adviser is a person, and no person stands in a ledger.
        plan.need("adviser", "adviser")


def _work(case: Case, plan: Plan) -> None:
    for kind in case.changes(*MASS_KINDS):
        name = "FormMassOrganisation" if case.wants(kind) else "EndMassOrganisation"
        plan.do(case, [kind], _of(case, name, kind=kind))
    if case.changes("recruiting"):
        until = case.wants("recruiting")
        step = _of(case, "PlanRecruiting", until=until) if until else _of(case, "EndRecruiting")
        plan.do(case, ["recruiting"], step)


def _uncovered(case: Case, plan: Plan) -> None:
    if "uncovered_reason" in case.stated and case.stated.get("form", "none") != "none":
        raise fault("reason-and-form", field="uncovered_reason")
    if case.changes("uncovered_reason"):
        reason = case.wants("uncovered_reason")
        plan.do(case, ["uncovered_reason"], _of(case, "StateUncoveredReason", reason=reason))


def _not_ready(case: Case, plan: Plan) -> None:
    changed = case.changes("not_ready_reason", "not_ready_review")
    reason, review = case.wants("not_ready_reason"), case.wants("not_ready_review")
    if not changed:
        return
    if not reason and case.now.get("not_ready_reason"):
        if case.now["not_ready_state"] == "proposed":
            plan.need("not_ready_reason", "not-ready-proposed")
        else:
            step = _of(case, "EndNotReady", reason=say("ledger.not-ready-ended"))
            plan.do(case, ["not_ready_reason"], step)
    elif reason and review:
        plan.do(case, changed, _of(case, "ProposeNotReady", reason=reason, review_date=review))
    else:
        plan.need(changed[0], "not-ready-incomplete")


def _scope(case: Case, plan: Plan) -> None:
    if case.changes("scope_reason"):
        reason = case.wants("scope_reason")
        stated: dict[str, object] = {"in_scope": False, "reason": reason} if reason else {"in_scope": True}
        plan.do(case, ["scope_reason"], _of(case, "ProposeScope", **stated))


def _of(case: Case, command: str, **fields: object) -> Step:
    return Step(command, {"enterprise": case.subject, **fields})
