"""Registry's events → entries of slots. Types that are not here decide nothing in coverage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from services.coverage.domain.keys import FORMS, REGISTRY_STATUSES, TYPES
from services.coverage.domain.slots import Entry, Folded, Slot

__all__ = ["KINDS", "TYPES_FOLDED", "Told", "fold", "fold_run", "kind_of"]

Said = Iterable[tuple[int, int | str | None, int, str | None]]
"""(slot, value, last day or 0, name of what it starts or ends); a value of None is not stated."""

KINDS = ("enterprise", "organisation", "project", "committee")

_MASS = {"union": Slot.MASS_UNION, "youth_league": Slot.MASS_YOUTH, "womens_federation": Slot.MASS_WOMEN}
_ADVISER = {"community": Slot.ADVISER_COMMUNITY, "other": Slot.ADVISER_OTHER}
_KIND = {"legal_person": 0, "branch_office": 1}
_STEPS = {"approved": Slot.APPROVED}


def _last(until: date | None) -> int:
    return until.toordinal() if until else 0


def _registered(d: Any) -> Said:
    return (
        (Slot.LIFE, 1, 0, None), (Slot.REGISTRY, REGISTRY_STATUSES.index(d.registry_status), 0, None),
        (Slot.UNIT, d.unit, 0, None), (Slot.NAME, d.name, 0, None), (Slot.CODE, d.code, 0, None),
        (Slot.KIND, _KIND[d.kind], 0, None),
    )  # fmt: skip


def _counted(d: Any) -> Said:
    return (
        (Slot.FORMAL, d.formal, 0, None), (Slot.PROBATIONARY, d.probationary, 0, None),
        (Slot.ELSEWHERE, d.elsewhere, 0, None),
    )  # fmt: skip


def _details(d: Any) -> Said:
    return ((Slot.KIND, None if d.kind is None else _KIND[d.kind], 0, None),)


_ENTERPRISE: dict[str, Callable[[Any], Said]] = {
    "registered": _registered,
    "renamed": lambda d: ((Slot.NAME, d.name, 0, None),),
    "code-corrected": lambda d: ((Slot.CODE, d.code, 0, None),),
    "details-changed": _details,
    "registry-status-changed": lambda d: ((Slot.REGISTRY, REGISTRY_STATUSES.index(d.registry_status), 0, None),),
    "placed": lambda d: ((Slot.UNIT, d.unit, 0, None),),
    "members-counted": _counted,
    "organisation-formed": lambda d: ((Slot.OWN, 1 + TYPES.index(d.type), 0, d.organisation),),
    "organisation-ended": lambda d: ((Slot.OWN, 0, 0, d.organisation),),
    "organisation-joined": lambda d: ((Slot.MEMBERSHIP, FORMS.index(d.form) - 1, 0, d.organisation),),
    "organisation-left": lambda d: ((Slot.MEMBERSHIP, 0, 0, d.organisation),),
    "adviser-assigned": lambda d: ((_ADVISER[d.kind], 1, _last(d.until), d.adviser),),
    "adviser-released": lambda d: ((_ADVISER[d.kind], 0, 0, d.adviser),),
    "mass-organisation-formed": lambda d: ((_MASS[d.kind], 1, 0, None),),
    "mass-organisation-ended": lambda d: ((_MASS[d.kind], 0, 0, ""),),
    "recruiting-planned": lambda d: ((Slot.RECRUITING, 1, _last(d.until), None),),
    "recruiting-ended": lambda d: ((Slot.RECRUITING, 0, 0, ""),),
    "not-ready-confirmed": lambda d: ((Slot.NOT_READY, 1, _last(d.review_date), None),),
    "not-ready-ended": lambda d: ((Slot.NOT_READY, 0, 0, ""),),
    "scope-confirmed": lambda d: ((Slot.SCOPE, int(d.in_scope), 0, None),),
    "uncovered-reason-stated": lambda d: ((Slot.UNCOVERED_REASON, d.reason, 0, None),),
    "filed": lambda d: ((Slot.FILED + d.year - 2000, 1, 0, None),),
    "filing-accepted": lambda d: ((Slot.ACCEPTED + d.year - 2000, 1, 0, None),),
    "filing-returned": lambda d: ((Slot.ACCEPTED + d.year - 2000, 0, 0, ""),),
    "merged": lambda d: ((Slot.MERGED, 1, 0, d.into),),
    "merge-undone": lambda d: ((Slot.MERGED, 0, 0, ""),),
    "fact-voided": lambda d: ((Slot.VOID, d.version, 0, None),),
}


def _opened(d: Any) -> Said:
    return (
        (Slot.LIFE, 1, 0, None), (Slot.UNIT, d.unit, 0, None), (Slot.NAME, d.name, 0, None),
        (Slot.FORM, FORMS.index(d.form), 0, None), (Slot.TYPE, TYPES.index(d.type), 0, None),
        (Slot.COVERS, d.covers, 0, None),
    )  # fmt: skip


_ORGANISATION: dict[str, Callable[[Any], Said]] = {
    "opened": _opened,
    "step-recorded": lambda d: ((_STEPS[d.step], 1, 0, None),) if d.step in _STEPS else (),
    "renamed": lambda d: ((Slot.NAME, d.name, 0, None),),
    "type-changed": lambda d: ((Slot.TYPE, TYPES.index(d.type), 0, None),),
    "term-set": lambda d: ((Slot.TERM_ENDS, _last(d.ends), 0, None),),
    "parents-set": lambda d: ((Slot.COMMUNITY_PARENT, int(bool(d.community)), 0, None),),
    "transferred": lambda d: ((Slot.UNIT, d.unit, 0, None),),
    "branch-committee-elected": lambda d: ((Slot.BRANCH_COMMITTEE, d.people, 0, None),),
    "secretary-consulted": lambda d: ((Slot.CONSULTED, _last(d.on), 0, None),),
    "ended": lambda d: ((Slot.ENDED, 1, 0, None),),
    "fact-voided": lambda d: ((Slot.VOID, d.version, 0, None),),
}


def _project_registered(d: Any) -> Said:
    return ((Slot.LIFE, 1, 0, None), (Slot.UNIT, d.unit, 0, None), (Slot.NAME, d.name, 0, None))


_PROJECT: dict[str, Callable[[Any], Said]] = {
    "registered": _project_registered,
    "renamed": lambda d: ((Slot.NAME, d.name, 0, None),),
    "placed": lambda d: ((Slot.UNIT, d.unit, 0, None),),
    "service-started": lambda d: ((Slot.SERVICE, 1, _last(d.until), d.enterprise),),
    "service-ended": lambda d: ((Slot.SERVICE, 0, 0, d.enterprise),),
    "organisation-covered": lambda d: ((Slot.COVERED, FORMS.index(d.form), 0, d.organisation),),
    "organisation-uncovered": lambda d: ((Slot.COVERED, 0, 0, d.organisation),),
    "closed": lambda d: ((Slot.CLOSED, 1, 0, None),),
    "fact-voided": lambda d: ((Slot.VOID, d.version, 0, None),),
}


def _committee_formed(d: Any) -> Said:
    return (
        (Slot.LIFE, 1, 0, None), (Slot.UNIT, d.unit, 0, None), (Slot.NAME, d.name, 0, None),
        (Slot.LEADING_GROUP, d.leading_group, 0, None), (Slot.STAFF, d.staff, 0, None),
    )  # fmt: skip


_COMMITTEE: dict[str, Callable[[Any], Said]] = {
    "formed": _committee_formed,
    "changed": lambda d: (
        (Slot.NAME, d.name, 0, None), (Slot.LEADING_GROUP, d.leading_group, 0, None), (Slot.STAFF, d.staff, 0, None),
    ),
    "ended": lambda d: ((Slot.ENDED, 1, 0, None),),
    "fact-voided": lambda d: ((Slot.VOID, d.version, 0, None),),
}  # fmt: skip

_FOLDS = {
    f"{kind}.{name}.v1": says
    for kind, table in zip(KINDS, (_ENTERPRISE, _ORGANISATION, _PROJECT, _COMMITTEE), strict=True)
    for name, says in table.items()
}
TYPES_FOLDED = frozenset(_FOLDS)


def kind_of(event_type: str) -> int:
    """The place in KINDS of what an event of this type happens to. Raises ValueError for any other."""
    return KINDS.index(event_type.partition(".")[0])


class Told(Protocol):
    """An event as it is folded; `data` has the attributes of its model, and is not looked at for types not here."""

    version: int
    type: str
    effective: date
    data: Any


@dataclass
class _One:
    version: int
    type: str
    effective: date
    data: Any


def fold(folded: Folded, event_type: str, version: int, effective: date, data: Any) -> None:
    """Add what an event says to its subject's entries."""
    fold_run(folded, [_One(version, event_type, effective, data)])


def fold_run(folded: Folded, events: Sequence[Told]) -> None:
    """Add what some events of one subject say, in their order."""
    # One expression: nearly all of a rebuild's events come through here.
    entries: list[Entry] = [
        (day, version, slot, value, until, ident)
        for event in events
        for day, version in ((event.effective.toordinal(), event.version),)
        for slot, value, until, ident in _FOLDS.get(event.type, _nothing)(event.data)
        if value is not None
    ]
    folded.add(events[-1].version, entries)


def _nothing(_data: Any) -> Said:
    return ()
