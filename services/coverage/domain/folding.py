"""Registry's events → entries of slots. Types that are not here decide nothing in coverage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from services.coverage.domain.folded import EMPTY, ENTRY_NUMBERS, NO_IDENT, Folded
from services.coverage.domain.keys import FORMS, REGISTRY_STATUSES, TYPES
from services.coverage.domain.slots import Slot

__all__ = ["KINDS", "TYPES_FOLDED", "Told", "fold", "fold_run", "kind_of"]

Place = Callable[[str], int]
Said = tuple[int, ...]
"""Entries end to end: slot, value, last day or 0, and what it starts or ends by its name; texts by their place."""
Says = Callable[[Any, Place], Said]

KINDS = ("enterprise", "organisation", "project", "committee")

_MASS = {"union": Slot.MASS_UNION, "youth_league": Slot.MASS_YOUTH, "womens_federation": Slot.MASS_WOMEN}
_ADVISER = {"community": Slot.ADVISER_COMMUNITY, "other": Slot.ADVISER_OTHER}
_KIND = {"legal_person": 0, "branch_office": 1}
_STEPS = {"approved": Slot.APPROVED}


def _last(until: date | None) -> int:
    return until.toordinal() if until else 0


def _begun(d: Any, place: Place) -> Said:
    """What the first event of every kind of subject says."""
    return (
        Slot.LIFE, 1, 0, NO_IDENT,
        Slot.UNIT, place(d.unit), 0, NO_IDENT,
        Slot.NAME, place(d.name), 0, NO_IDENT,
    )  # fmt: skip


def _renamed(d: Any, place: Place) -> Said:
    return Slot.NAME, place(d.name), 0, NO_IDENT


def _placed(d: Any, place: Place) -> Said:
    return Slot.UNIT, place(d.unit), 0, NO_IDENT


def _voided(d: Any, _place: Place) -> Said:
    return Slot.VOID, d.version, 0, NO_IDENT


def _registered(d: Any, place: Place) -> Said:
    return (
        *_begun(d, place),
        Slot.REGISTRY, REGISTRY_STATUSES.index(d.registry_status), 0, NO_IDENT,
        Slot.CODE, place(d.code), 0, NO_IDENT,
        Slot.KIND, _KIND[d.kind], 0, NO_IDENT,
    )  # fmt: skip


def _stated(*said: tuple[int, int | None]) -> Said:
    """Of slots and values those that are stated."""
    return tuple(n for slot, value in said if value is not None for n in (slot, value, 0, NO_IDENT))


def _counted(d: Any, _place: Place) -> Said:
    if d.formal is None or d.probationary is None or d.elsewhere is None:
        return _stated((Slot.FORMAL, d.formal), (Slot.PROBATIONARY, d.probationary), (Slot.ELSEWHERE, d.elsewhere))
    # At once: most events say this.
    return (
        Slot.FORMAL, d.formal, 0, NO_IDENT,
        Slot.PROBATIONARY, d.probationary, 0, NO_IDENT,
        Slot.ELSEWHERE, d.elsewhere, 0, NO_IDENT,
    )  # fmt: skip


def _details(d: Any, _place: Place) -> Said:
    return _stated((Slot.KIND, None if d.kind is None else _KIND[d.kind]))


_ENTERPRISE: dict[str, Says] = {
    "registered": _registered,
    "renamed": _renamed,
    "code-corrected": lambda d, place: (Slot.CODE, place(d.code), 0, NO_IDENT),
    "details-changed": _details,
    "registry-status-changed": lambda d, _: (Slot.REGISTRY, REGISTRY_STATUSES.index(d.registry_status), 0, NO_IDENT),
    "placed": _placed,
    "members-counted": _counted,
    "organisation-formed": lambda d, place: (Slot.OWN, 1 + TYPES.index(d.type), 0, place(d.organisation)),
    "organisation-ended": lambda d, place: (Slot.OWN, 0, 0, place(d.organisation)),
    "organisation-joined": lambda d, place: (Slot.MEMBERSHIP, FORMS.index(d.form) - 1, 0, place(d.organisation)),
    "organisation-left": lambda d, place: (Slot.MEMBERSHIP, 0, 0, place(d.organisation)),
    "adviser-assigned": lambda d, place: (_ADVISER[d.kind], 1, _last(d.until), place(d.adviser)),
    "adviser-released": lambda d, place: (_ADVISER[d.kind], 0, 0, place(d.adviser)),
    "mass-organisation-formed": lambda d, _: (_MASS[d.kind], 1, 0, NO_IDENT),
    "mass-organisation-ended": lambda d, _: (_MASS[d.kind], 0, 0, EMPTY),
    "recruiting-planned": lambda d, _: (Slot.RECRUITING, 1, _last(d.until), NO_IDENT),
    "recruiting-ended": lambda d, _: (Slot.RECRUITING, 0, 0, EMPTY),
    "not-ready-confirmed": lambda d, _: (Slot.NOT_READY, 1, _last(d.review_date), NO_IDENT),
    "not-ready-ended": lambda d, _: (Slot.NOT_READY, 0, 0, EMPTY),
    "scope-confirmed": lambda d, _: (Slot.SCOPE, int(d.in_scope), 0, NO_IDENT),
    "uncovered-reason-stated": lambda d, place: (Slot.UNCOVERED_REASON, place(d.reason), 0, NO_IDENT),
    "filed": lambda d, _: (Slot.FILED + d.year - 2000, 1, 0, NO_IDENT),
    "filing-accepted": lambda d, _: (Slot.ACCEPTED + d.year - 2000, 1, 0, NO_IDENT),
    "filing-returned": lambda d, _: (Slot.ACCEPTED + d.year - 2000, 0, 0, EMPTY),
    "merged": lambda d, place: (Slot.MERGED, 1, 0, place(d.into)),
    "merge-undone": lambda d, _: (Slot.MERGED, 0, 0, EMPTY),
    "fact-voided": _voided,
}


def _opened(d: Any, place: Place) -> Said:
    return (
        *_begun(d, place),
        Slot.FORM, FORMS.index(d.form), 0, NO_IDENT,
        Slot.TYPE, TYPES.index(d.type), 0, NO_IDENT,
        Slot.COVERS, place(d.covers), 0, NO_IDENT,
    )  # fmt: skip


_ORGANISATION: dict[str, Says] = {
    "opened": _opened,
    "step-recorded": lambda d, _: (_STEPS[d.step], 1, 0, NO_IDENT) if d.step in _STEPS else (),
    "renamed": _renamed,
    "type-changed": lambda d, _: (Slot.TYPE, TYPES.index(d.type), 0, NO_IDENT),
    "term-set": lambda d, _: (Slot.TERM_ENDS, _last(d.ends), 0, NO_IDENT),
    "parents-set": lambda d, _: (Slot.COMMUNITY_PARENT, int(bool(d.community)), 0, NO_IDENT),
    "transferred": _placed,
    "branch-committee-elected": lambda d, _: (Slot.BRANCH_COMMITTEE, d.people, 0, NO_IDENT),
    "secretary-consulted": lambda d, _: (Slot.CONSULTED, _last(d.on), 0, NO_IDENT),
    "ended": lambda _d, _p: (Slot.ENDED, 1, 0, NO_IDENT),
    "fact-voided": _voided,
}


_PROJECT: dict[str, Says] = {
    "registered": _begun,
    "renamed": _renamed,
    "placed": _placed,
    "service-started": lambda d, place: (Slot.SERVICE, 1, _last(d.until), place(d.enterprise)),
    "service-ended": lambda d, place: (Slot.SERVICE, 0, 0, place(d.enterprise)),
    "organisation-covered": lambda d, place: (Slot.COVERED, FORMS.index(d.form), 0, place(d.organisation)),
    "organisation-uncovered": lambda d, place: (Slot.COVERED, 0, 0, place(d.organisation)),
    "closed": lambda _d, _p: (Slot.CLOSED, 1, 0, NO_IDENT),
    "fact-voided": _voided,
}


def _committee_formed(d: Any, place: Place) -> Said:
    return (
        *_begun(d, place),
        Slot.LEADING_GROUP, d.leading_group, 0, NO_IDENT,
        Slot.STAFF, d.staff, 0, NO_IDENT,
    )  # fmt: skip


def _committee_changed(d: Any, place: Place) -> Said:
    name = None if d.name is None else place(d.name)
    return _stated((Slot.NAME, name), (Slot.LEADING_GROUP, d.leading_group), (Slot.STAFF, d.staff))


_COMMITTEE: dict[str, Says] = {
    "formed": _committee_formed,
    "changed": _committee_changed,
    "ended": lambda _d, _p: (Slot.ENDED, 1, 0, NO_IDENT),
    "fact-voided": _voided,
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
    # Nearly all of a rebuild's events come through here.
    told: list[int] = []
    entries: list[int] = []
    place = folded.place
    for event in events:
        if (says := _FOLDS.get(event.type)) and (said := says(event.data, place)):
            told += event.effective.toordinal(), event.version, len(said) // ENTRY_NUMBERS
            entries += said
    folded.add(events[-1].version, told, entries)
