"""What a ledger may state of an enterprise, and what it shows for orientation. Headings stand in the catalogue."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from services.registry.events.base import Form, OrganisationType
from services.registry.events.enterprise import ScopeReason, UncoveredReason

__all__ = ["CLEAR", "FIELDS", "IDENTITY", "ORIENTING", "YES", "Field", "Values"]

CLEAR = "none"
"""无: the fact is no longer so."""
YES = "yes"
Kind = Literal["count", "day", "text", "choice", "mark"]
Values = dict[str, str]
"""Field → its value as text: a number, an ISO day, a choice's code, `yes` or words; absent: not known, not stated."""


class Field(NamedTuple):
    """`clears`: may be cleared by 无. A mark is there or not (`yes`, `none`)."""

    key: str
    kind: Kind
    clears: bool = True
    choices: tuple[str, ...] = ()


IDENTITY = ("name", "code")
"""They find the enterprise; a ledger does not change them."""
ORIENTING = ("unit", "registry_status", "kind", "founded", "address", "not_ready_state")
"""Shown and never read: the registry's own facts, and where a decision stands."""

_FIELDS = (
    Field("formal", "count", clears=False),
    Field("probationary", "count", clears=False),
    Field("elsewhere", "count", clears=False),
    Field("leaving", "count"),
    Field("arriving", "count"),
    Field("form", "choice", choices=get_args(Form)),
    Field("organisation", "text", clears=False),
    Field("type", "choice", clears=False, choices=get_args(OrganisationType)),
    Field("approved_on", "day", clears=False),
    Field("approval_number", "text", clears=False),
    Field("term_number", "count", clears=False),
    Field("term_begins", "day", clears=False),
    Field("term_ends", "day", clears=False),
    Field("adviser", "choice", choices=("community", "other", "both")),
    Field("union", "mark"),
    Field("youth_league", "mark"),
    Field("womens_federation", "mark"),
    Field("recruiting", "day"),
    Field("uncovered_reason", "choice", clears=False, choices=get_args(UncoveredReason)),
    Field("not_ready_reason", "text"),
    Field("not_ready_review", "day", clears=False),
    Field("scope_reason", "choice", choices=get_args(ScopeReason)),
)
FIELDS: dict[str, Field] = {field.key: field for field in _FIELDS}
"""In the order of the columns."""
