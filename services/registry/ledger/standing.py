"""What the ledger's columns say of an enterprise on a day: the same for an export and for a comparison."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from services.registry.domain.enterprise import Enterprise
from services.registry.domain.enterprise.covering import ADVISER_KINDS, MASS_KINDS
from services.registry.domain.enterprise.members import COUNTS
from services.registry.domain.organisation import Organisation
from services.registry.events.enterprise import EnterpriseNotReadyProposed, EnterpriseScopeProposed
from services.registry.ledger.fields import FIELDS, YES, Values

__all__ = ["concerns_organisation", "organisation_of", "standing_values"]

_Read = Callable[[Enterprise, Organisation | None, date], dict[str, Any]]


def organisation_of(enterprise: Enterprise, day: date) -> str | None:
    """The organisation that covers it on the day: its own, else the one that it belongs to."""
    covering = enterprise.value("own", day) or enterprise.value("membership", day)
    return None if covering is None else str(covering[0])


def standing_values(
    enterprise: Enterprise, organisation: Organisation | None, day: date, wanted: Collection[str] = FIELDS
) -> Values:  # fmt: skip
    """The fields that hold on the day, at least those wanted; a proposal that waits counts as stated. No persons."""
    values: dict[str, Any] = {}
    for fields, read in _GROUPS:
        if not fields.isdisjoint(wanted):
            values |= read(enterprise, organisation, day)
    return {key: _text(value) for key, value in values.items() if value is not None}


def concerns_organisation(wanted: Collection[str]) -> bool:
    """Whether one of these fields is the covering organisation's."""
    return not ORGANISATIONAL.isdisjoint(wanted)


def _members(enterprise: Enterprise, organisation: Organisation | None, day: date) -> dict[str, Any]:
    leaving, arriving = enterprise.value("in_transfer", day) or (None, None)
    counts: dict[str, Any] = {field: enterprise.value(field, day) for field in COUNTS}
    return {**counts, "leaving": leaving, "arriving": arriving}


def _organisation(enterprise: Enterprise, organisation: Organisation | None, day: date) -> dict[str, Any]:
    own, membership = enterprise.value("own", day), enterprise.value("membership", day)
    if own is None and membership is None:
        return {}
    values: dict[str, Any] = {"form": "own" if own else membership[1], "type": own[1] if own else None}
    if organisation is None:
        return values
    on, number, _ = organisation.value("step.approved", day) or (None, None, None)
    values |= {"organisation": organisation.known("name", day), "approved_on": on, "approval_number": number}
    if own is None:
        values["type"] = organisation.known("type", day)
    term = organisation.value("term", day) or (None, None, None)
    return values | dict(zip(("term_number", "term_begins", "term_ends"), term, strict=True))


def _work(enterprise: Enterprise, organisation: Organisation | None, day: date) -> dict[str, Any]:
    kinds = [kind for kind in ADVISER_KINDS if enterprise.value(f"adviser.{kind}", day)]
    values: dict[str, Any] = {kind: enterprise.value(f"mass.{kind}", day) for kind in MASS_KINDS}
    plan = enterprise.entry("recruiting", day)
    adviser = "both" if len(kinds) > 1 else kinds[0] if kinds else None
    return values | {"adviser": adviser, "recruiting": plan and plan.until}


def _decisions(enterprise: Enterprise, organisation: Organisation | None, day: date) -> dict[str, Any]:
    entry, scope = enterprise.entry("not_ready", day), enterprise.value("out_of_scope", day)
    reason, review = (entry.value, entry.until) if entry else (None, None)
    state = "confirmed" if entry else None
    for proposal in enterprise.proposals.values():
        data = proposal.data
        if isinstance(data, EnterpriseNotReadyProposed):
            reason, review, state = data.reason, data.review_date, "proposed"
        elif isinstance(data, EnterpriseScopeProposed):
            scope = None if data.in_scope else data.reason
    return {
        "not_ready_reason": reason, "not_ready_review": review, "not_ready_state": state, "scope_reason": scope,
        "uncovered_reason": enterprise.value("uncovered_reason", day),
    }  # fmt: skip


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return YES
    return value.isoformat() if isinstance(value, date) else str(value)


ORGANISATIONAL = frozenset(
    {"form", "organisation", "type", "approved_on", "approval_number", "term_number", "term_begins", "term_ends"}
)
_GROUPS: tuple[tuple[frozenset[str], _Read], ...] = (
    (frozenset({*COUNTS, "leaving", "arriving"}), _members),
    (ORGANISATIONAL, _organisation),
    (frozenset({"adviser", *MASS_KINDS, "recruiting"}), _work),
    (frozenset({"uncovered_reason", "not_ready_reason", "not_ready_review", "scope_reason"}), _decisions),
)
"""Fields that are read together."""
