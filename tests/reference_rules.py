"""A second opinion on domain §3, slow and plain: it reads no rule file, knows no slot, and evaluates day by day.

Takes events as (version, effective, data). Independent on purpose: nothing of services.coverage is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Told = tuple[int, date, Any]
START, DEADLINE = date(2021, 7, 8), date(2021, 12, 31)
NEVER = date.max


@dataclass
class Facts:
    """An enterprise on one day. An organisation, adviser, … that is not there is missing or None."""

    registry: str = "unknown"
    unit: str = ""
    branch_office: bool = False
    in_scope: bool = True
    formal: int | None = None
    probationary: int | None = None
    elsewhere: int | None = None
    own: str | None = None
    joined: tuple[str, str] | None = None
    advisers: dict[str, tuple[str, date]] = field(default_factory=dict)
    masses: set[str] = field(default_factory=set)
    recruiting: date | None = None
    not_ready: date | None = None
    merged: bool = False
    filed: dict[int, date] = field(default_factory=dict)
    accepted: dict[int, date] = field(default_factory=dict)


def valid(events: Sequence[Told]) -> list[Told]:
    """Without what was voided, in the order in which it became true."""
    voided = {data.version for _, _, data in events if data.TYPE.endswith(".fact-voided.v1")}
    kept = (e for e in events if e[0] not in voided and not e[2].TYPE.endswith(".fact-voided.v1"))
    return sorted(kept, key=lambda event: (event[1], event[0]))


def born(events: Sequence[Told]) -> date | None:
    return next((day for _, day, data in valid(events) if data.TYPE == "enterprise.registered.v1"), None)


def facts_on(events: Sequence[Told], day: date) -> Facts:
    facts = Facts()
    for _, when, data in valid(events):
        if when <= day:
            _expire(facts, when)
            _apply(facts, when, data)
    _expire(facts, day)
    return facts


def _expire(facts: Facts, day: date) -> None:
    facts.advisers = {kind: one for kind, one in facts.advisers.items() if one[1] >= day}
    if facts.recruiting is not None and facts.recruiting < day:
        facts.recruiting = None
    if facts.not_ready is not None and facts.not_ready < day:
        facts.not_ready = None


def _apply(facts: Facts, when: date, d: Any) -> None:  # noqa: PLR0912
    match d.TYPE.removeprefix("enterprise.").removesuffix(".v1"):
        case "registered":
            facts.registry, facts.unit, facts.branch_office = d.registry_status, d.unit, d.kind == "branch_office"
        case "registry-status-changed":
            facts.registry = d.registry_status
        case "details-changed" if d.kind is not None:
            facts.branch_office = d.kind == "branch_office"
        case "placed":
            facts.unit = d.unit
        case "scope-confirmed":
            facts.in_scope = d.in_scope
        case "members-counted":
            for name in ("formal", "probationary", "elsewhere"):
                if getattr(d, name) is not None:
                    setattr(facts, name, getattr(d, name))
        case "organisation-formed":
            facts.own = d.organisation
        case "organisation-ended" if facts.own == d.organisation:
            facts.own = None
        case "organisation-joined":
            facts.joined = d.organisation, d.form
        case "organisation-left" if facts.joined and facts.joined[0] == d.organisation:
            facts.joined = None
        case "adviser-assigned":
            facts.advisers[d.kind] = d.adviser, d.until or NEVER
        case "adviser-released" if facts.advisers.get(d.kind, ("",))[0] == d.adviser:
            del facts.advisers[d.kind]
        case "mass-organisation-formed":
            facts.masses.add(d.kind)
        case "mass-organisation-ended":
            facts.masses.discard(d.kind)
        case "recruiting-planned":
            facts.recruiting = d.until
        case "recruiting-ended":
            facts.recruiting = None
        case "not-ready-confirmed":
            facts.not_ready = d.review_date
        case "not-ready-ended":
            facts.not_ready = None
        case "filed":
            facts.filed[d.year] = when
        case "filing-accepted":
            facts.accepted[d.year] = when
        case "filing-returned":
            facts.accepted.pop(d.year, None)
        case "merged":
            facts.merged = True
        case "merge-undone":
            facts.merged = False


def status_of(f: Facts) -> str:
    if f.registry in ("suspended", "revoked", "deregistered"):
        return "inactive"
    if not f.in_scope:
        return "out_of_scope"
    if f.own:
        return "own"
    if f.joined:
        return f.joined[1]
    return "work" if f.advisers or f.masses or f.recruiting else "none"


def duty_of(f: Facts, day: date) -> str:
    status = status_of(f)
    if status in ("inactive", "out_of_scope") or f.registry == "closing" or day < START:
        return ""
    if f.formal is None:
        return "survey"
    if status not in ("work", "none"):
        return ""
    wanted = ""
    if f.formal >= 3:
        wanted = "form_organisation"
    elif f.formal or f.probationary or f.elsewhere:
        wanted = "join"
    if wanted:
        return "convert_when_ripe" if f.not_ready and status == "work" else wanted
    return "" if "community" in f.advisers else "assign_adviser"


@dataclass
class Answer:
    facts: Facts
    status: str
    duty: str
    since: date | None
    due: date | None


def answer_on(events: Sequence[Told], day: date) -> Answer | None:
    """Status, duty, since and due on a day; None when it is not there or merged away. Walks back day by day."""
    birth = born(events)
    if birth is None or day < birth or (facts := facts_on(events, day)).merged:
        return None
    duty = duty_of(facts, day)
    since = _since(events, birth, day, duty) if duty else None
    return Answer(facts, status_of(facts), duty, since, _due(facts, duty, since))


def _since(events: Sequence[Told], birth: date, day: date, duty: str) -> date:
    while day > max(birth, START):
        before = day - timedelta(1)
        facts = facts_on(events, before)
        if facts.merged or duty_of(facts, before) != duty:
            break
        day = before
    return day


def _due(facts: Facts, duty: str, since: date | None) -> date | None:
    if since is None or duty == "survey":
        return None
    if duty == "convert_when_ripe":
        return facts.not_ready
    return DEADLINE if since <= DEADLINE else since + timedelta(90)


def in_base(events: Sequence[Told], year: int) -> bool:
    """Active and in scope on 1 January."""
    birth, day = born(events), date(year, 1, 1)
    if birth is None or day < birth:
        return False
    facts = facts_on(events, day)
    return facts.registry == "active" and facts.in_scope
