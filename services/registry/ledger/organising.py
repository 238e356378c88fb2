"""The organisation's columns of a row: which commands they come to, and what one row cannot bring about.

An own organisation is ended with a cause and a document, and one joined is another subject: a row names it at most.
"""

from __future__ import annotations

from dataclasses import replace

from services.registry.ledger.plan import Case, Plan, Step
from services.registry.ledger.words import heading

__all__ = ["plan_organisation"]

_TERM = ("term_number", "term_begins", "term_ends")
_APPROVAL = ("approved_on", "approval_number")
_COLUMNS = ("form", "organisation", "type", *_APPROVAL, *_TERM)
_NEEDED = ("organisation", "approved_on")


def plan_organisation(case: Case, plan: Plan) -> None:
    """Add what the organisation's columns come to."""
    changed = case.changes(*_COLUMNS)
    if not changed:
        return
    before, after = case.now.get("form", ""), case.wants("form")
    if not after and not before:
        plan.need(changed[0], "form-missing")
    elif before == "own":
        _change_own(case, plan, changed) if after == "own" else plan.need("form", "end-own")
    elif not after:
        plan.do(case, ["form"], _leave(case))
    elif after == "own":
        _form_own(case, plan)
    else:
        _join(case, plan, changed)


def _change_own(case: Case, plan: Plan, changed: list[str]) -> None:
    if "organisation" in changed:
        plan.do(case, ["organisation"], _on(case, "RenameOrganisation", name=case.wants("organisation")))
    if "type" in changed:
        plan.do(case, ["type"], _on(case, "ChangeOrganisationType", type=case.wants("type")))
    for key in _APPROVAL:
        if key in changed:
            plan.need(key, "approved-already")
    _set_term(case, plan, case.covering or "")


def _form_own(case: Case, plan: Plan) -> None:
    """Opened and approved by the row, or, when it was opened before, approved."""
    # What holds of an organisation that it belonged to says nothing of its own one.
    case = replace(case, now={key: value for key, value in case.now.items() if key not in _COLUMNS[1:]})
    missing = [key for key in _NEEDED if not case.wants(key) and not (key == "organisation" and case.forming)]
    if missing:
        plan.need("form", "own-incomplete", columns="、".join(map(heading, missing)))
        return
    steps = [_leave(case)] if case.now.get("form") else []
    if case.forming is None:
        steps.append(_open(case))
    organisation = case.forming or case.opening()
    number = {"number": case.wants("approval_number")} if case.wants("approval_number") else {}
    approval = {"organisation": organisation, "step": "approved", "on": case.wants("approved_on"), **number}
    steps.append(Step("RecordStep", approval))
    plan.do(case, case.changes("form", "organisation", "type", *_APPROVAL), *steps)
    _set_term(case, plan, organisation)


def _open(case: Case) -> Step:
    kind = {"type": case.wants("type")} if case.wants("type") else {}
    opened = {"name": case.wants("organisation"), "form": "own", "unit": case.unit, "of": case.subject}
    return Step("OpenOrganisation", {**opened, **kind})


def _join(case: Case, plan: Plan, changed: list[str]) -> None:
    """Belong to the organisation of that name; what else the row says of it is for that organisation's own office."""
    moves = bool({"form", "organisation"} & set(changed))
    found = [one for one in case.joinable if one.form == case.wants("form")]
    name = case.stated.get("organisation", "")
    if not moves:
        pass
    elif not name:
        plan.need("form", "joint-unnamed")
    elif len(found) != 1:
        plan.need("organisation", "joint-several" if found else "joint-unknown", name=name, count=len(found))
    else:
        steps = [_leave(case)] if case.covering not in (None, found[0].subject) else []
        join = Step("JoinOrganisation", {"enterprise": case.subject, "organisation": found[0].subject})
        plan.do(case, [key for key in ("form", "organisation") if key in changed], *steps, join)
    for key in ("type", *_APPROVAL, *_TERM):
        if key in changed and not (moves and key == "type"):
            plan.need(key, "of-joint")


def _set_term(case: Case, plan: Plan, organisation: str) -> None:
    changed = case.changes(*_TERM)
    if not changed:
        return
    number, begins, ends = (case.wants(key) for key in _TERM)
    if number and begins and ends:
        term = {"organisation": organisation, "number": number, "begins": begins, "ends": ends}
        plan.do(case, changed, Step("SetTerm", term))
    else:
        plan.need(changed[0], "term-incomplete")


def _leave(case: Case) -> Step:
    return Step("LeaveOrganisation", {"enterprise": case.subject, "organisation": case.covering})


def _on(case: Case, command: str, **fields: object) -> Step:
    return Step(command, {"organisation": case.covering, **fields})
