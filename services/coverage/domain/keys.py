"""The key that is counted: everything a figure can ask of an enterprise, project or organisation, in one integer.

A key is never 0: 0 in an array of keys means "not counted from this day on" (before registration, merged away).
Four namespaces share the integer's upper bits, so that one table counts them all:

* `ENTERPRISE`: status, duty, member class, registry status, kind and a few marks;
* `PROJECT`: served or not, and the form of the organisation that covers it;
* `ORGANISATION`: form and type of an organisation that stands;
* `DUE`: the due day (proleptic ordinal) of an enterprise's open duty, counted once more beside its own key, so
  that "overdue on day D" is a predicate over counts (`DUE` + ordinal < `DUE` + D) and never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec

__all__ = [
    "DUE", "DUTIES", "ENTERPRISE", "FILTERS", "FORMS", "MEMBERS", "NAMESPACE", "ORGANISATION", "PROJECT",
    "REGISTRY_STATUSES", "STATUSES", "TYPES", "EnterpriseKey", "due_key", "enterprise_key", "namespace",
    "organisation_key", "project_key", "unpack_enterprise",
]  # fmt: skip

STATUSES = ("inactive", "out_of_scope", "own", "joint", "regional", "industry", "grid", "work", "none")
DUTIES = ("", "survey", "convert_when_ripe", "form_organisation", "join", "assign_adviser")
MEMBERS = ("unknown", "nobody", "elsewhere_only", "probationary_only", "few", "threshold")
"""Member class: formal members not known; no member of any kind; … ; 1 up to below the threshold; threshold on."""
REGISTRY_STATUSES = ("active", "closing", "moved_out", "suspended", "revoked", "deregistered", "unknown")
FORMS = ("", "own", "joint", "regional", "industry", "grid")
TYPES = ("branch", "general_branch", "committee")

_SHIFT = 24
NAMESPACE = (1 << _SHIFT) - 1
ENTERPRISE, PROJECT, ORGANISATION, DUE = 1 << _SHIFT, 2 << _SHIFT, 3 << _SHIFT, 4 << _SHIFT

# Enterprise: bits from the lowest.
STATUS_AT, DUTY_AT, MEMBERS_AT, REGISTRY_AT = 0, 4, 7, 10
BRANCH_OFFICE, BASE, FILED, FILED_IN_TIME = 1 << 13, 1 << 14, 1 << 15, 1 << 16
RECRUITING_ALONE, TO_SETTLE = 1 << 17, 1 << 18


class EnterpriseKey(msgspec.Struct, frozen=True):
    """An enterprise's key, unpacked.

    `base`: active and in scope on 1 January of the day's year (R7's denominator); `filed`: and its filing for that
    year was accepted by the day; `filed_in_time`: accepted by the filing deadline.
    """

    status: str
    duty: str
    members: str
    registry_status: str
    branch_office: bool = False
    base: bool = False
    filed: bool = False
    filed_in_time: bool = False
    recruiting_alone: bool = False
    to_settle: bool = False

    @property
    def operating(self) -> bool:
        """An operating enterprise in scope: what most rates divide by."""
        return self.status not in ("inactive", "out_of_scope")

    @property
    def organised(self) -> bool:
        return self.status in FORMS


def namespace(key: int) -> int:
    """ENTERPRISE, PROJECT, ORGANISATION or DUE."""
    return key & ~NAMESPACE


def enterprise_key(status: int, duty: int, members: int, registry_status: int, marks: int) -> int:
    """Pack indexes into STATUSES, DUTIES, MEMBERS, REGISTRY_STATUSES and the marks (bits above) into a key."""
    return (
        ENTERPRISE | status << STATUS_AT | duty << DUTY_AT | members << MEMBERS_AT
        | registry_status << REGISTRY_AT | marks
    )  # fmt: skip


@lru_cache(maxsize=65536)
def unpack_enterprise(key: int) -> EnterpriseKey:
    """The fields of a key of the namespace ENTERPRISE."""
    return EnterpriseKey(
        status=STATUSES[key >> STATUS_AT & 15],
        duty=DUTIES[key >> DUTY_AT & 7],
        members=MEMBERS[key >> MEMBERS_AT & 7],
        registry_status=REGISTRY_STATUSES[key >> REGISTRY_AT & 7],
        branch_office=bool(key & BRANCH_OFFICE),
        base=bool(key & BASE),
        filed=bool(key & FILED),
        filed_in_time=bool(key & FILED_IN_TIME),
        recruiting_alone=bool(key & RECRUITING_ALONE),
        to_settle=bool(key & TO_SETTLE),
    )


def project_key(served: bool, form: str) -> int:
    """A project that is open: whether an enterprise serves it, and the form of its organisation ("": none)."""
    return PROJECT | int(served) | FORMS.index(form) << 1


def organisation_key(form: str, kind: str) -> int:
    """An organisation that stands (批复 recorded, not ended)."""
    return ORGANISATION | FORMS.index(form) | TYPES.index(kind) << 3


def due_key(due: int) -> int:
    """An open duty that is due on this day (proleptic ordinal)."""
    return DUE | due


FILTERS: Mapping[str, Callable[[EnterpriseKey], bool]] = {
    "enterprises": lambda key: key.operating,
    "organised": lambda key: key.organised,
    "covered": lambda key: key.organised or key.status == "work",
    "without_organisation": lambda key: key.status in ("work", "none"),
    "threshold": lambda key: key.operating and key.members == "threshold",
    "threshold_own": lambda key: key.status == "own" and key.members == "threshold",
    "threshold_organised": lambda key: key.organised and key.members == "threshold",
    "base": lambda key: key.base,
    "filed": lambda key: key.filed,
    "filed_in_time": lambda key: key.filed_in_time,
    "unsurveyed": lambda key: key.operating and key.members == "unknown",
    "to_settle": lambda key: key.to_settle,
    "joint_with_three": lambda key: key.organised and key.status != "own" and key.members == "threshold",
    "moving": lambda key: key.operating and key.registry_status == "moved_out",
    "unknown_registry_status": lambda key: key.registry_status == "unknown" and key.status != "out_of_scope",
    "recruiting_alone": lambda key: key.recruiting_alone,
    "filing_missing": lambda key: key.base and not key.filed,
}
"""Lists that are not a status or a duty; figures of the same name count the same enterprises."""
