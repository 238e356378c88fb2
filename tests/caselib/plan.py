"""What is sent for a case, and when: commands in order, on a few stops of the moved clock.

The clock stops on a few days only, so half of the facts are told in advance and half late; both must lead to the
same answers. Every expected answer is asked for at the first stop from its day on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.caselib.table import Case

__all__ = ["UNIT", "Send", "Shared", "facts", "registration", "stops", "told_at"]

UNIT = "410811"
_STOPS = 12
_IN_ADVANCE = 365
"""Days by which registry lets a fact be told before it is true."""


@dataclass(frozen=True, slots=True)
class Send:
    """One command. `effective` is the day from which its fact is true."""

    command: str
    effective: date
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shared:
    """Subjects that many cases use: an organisation of each joint form, an adviser of each kind."""

    organisations: dict[str, str]
    advisers: dict[str, str]


def stops(cases: Sequence[Case]) -> list[date]:
    """The days on which the clock stops: the first day, the days asked for most, and some between, up to the last."""
    asked = Counter(case.as_of for case in cases)
    first = min(*(case.effective for case in cases), *asked)
    days = sorted(asked)
    spread = {days[len(days) * n // _STOPS] for n in range(_STOPS)}
    return sorted({first, days[-1], *spread, *(day for day, _ in asked.most_common(4))})


def told_at(case: Case, days: Sequence[date]) -> date:
    """The stop at which a case's facts are sent: every second case in advance, the others on the day or late."""
    ahead = days[bisect_right(days, case.effective) - 1]
    if case.number % 2 == 0 and (case.effective - ahead).days <= _IN_ADVANCE:
        return ahead
    return days[min(bisect_left(days, case.effective), len(days) - 1)]


def registration(case: Case, code: str, first: date) -> Iterator[Send]:
    """Registry status and scope, which hold always."""
    name = f"案例企业{case.number:04}"
    registered = {"code": code, "name": name, "unit": UNIT, "registry_status": case.registry_status}
    yield Send("RegisterEnterprise", first, registered)
    if not case.in_scope:
        yield Send("ProposeScope", first, {"enterprise": code, "in_scope": False, "reason": "not_property_service"})
        yield Send("ConfirmScope", first, {"enterprise": code})


def facts(case: Case, code: str, shared: Shared) -> Iterator[Send]:
    """Everything recorded with the case's day. An own organisation takes more than one command: see `running`."""
    day, enterprise = case.effective, {"enterprise": code}
    counts = {"formal": case.formal, "probationary": case.probationary, "elsewhere": case.elsewhere}
    known = {name: count for name, count in counts.items() if count is not None}
    if known:
        yield Send("CountMembers", day, {**enterprise, **known, "source": "community_verified"})
    if case.organisation == "own":
        opened = {"name": f"案例企业{case.number:04}党支部", "form": "own", "unit": UNIT, "of": code}
        yield Send("OpenOrganisation", day, opened)
    elif case.organisation:
        yield Send("JoinOrganisation", day, {**enterprise, "organisation": shared.organisations[case.organisation]})
    if case.adviser:
        yield Send("AssignAdviser", day, {**enterprise, "adviser": shared.advisers[case.adviser], **_until(case)})
    if case.mass_organisation:
        yield Send("FormMassOrganisation", day, {**enterprise, "kind": "union"})
    if case.recruiting_until:
        yield Send("PlanRecruiting", day, {**enterprise, "until": case.recruiting_until})
    if case.not_ready_until:
        review = {"reason": "条件尚不具备", "review_date": case.not_ready_until}
        yield Send("ProposeNotReady", day, {**enterprise, **review})
        yield Send("ConfirmNotReady", day, enterprise)


def _until(case: Case) -> dict[str, date]:
    return {"until": case.adviser_until} if case.adviser_until else {}
