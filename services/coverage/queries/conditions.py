"""What a list can be narrowed to, as conditions over the counted key: the same bits that the figures sum.

`k` is the key on the day asked for; a list filtered so has as many rows as the figure of that name says.
"""

from __future__ import annotations

from collections.abc import Mapping

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.keys import (
    BASE,
    DUTIES,
    DUTY_AT,
    FILED,
    FILED_IN_TIME,
    FORMS,
    MEMBERS,
    MEMBERS_AT,
    RECRUITING_ALONE,
    REGISTRY_AT,
    REGISTRY_STATUSES,
    STATUS_AT,
    STATUSES,
    TO_SETTLE,
)

__all__ = ["FILTERS", "conditions", "of_status"]


def of_status(*names: str) -> str:
    """The key `k` bears one of these statuses."""
    return f"(k >> {STATUS_AT} & 15) in ({', '.join(str(STATUSES.index(name)) for name in names)})"


def _bits(at: int, values: tuple[str, ...], name: str) -> str:
    return f"(k >> {at} & 7) = {values.index(name)}"


_OPERATING = of_status(*(name for name in STATUSES if name not in ("inactive", "out_of_scope")))
_ORGANISED = of_status(*FORMS[1:])
_THRESHOLD = _bits(MEMBERS_AT, MEMBERS, "threshold")

FILTERS: Mapping[str, str] = {
    "enterprises": _OPERATING,
    "organised": _ORGANISED,
    "covered": of_status(*FORMS[1:], "work"),
    "without_organisation": of_status("work", "none"),
    "threshold": f"{_OPERATING} and {_THRESHOLD}",
    "threshold_own": f"{of_status('own')} and {_THRESHOLD}",
    "threshold_organised": f"{_ORGANISED} and {_THRESHOLD}",
    "base": f"k & {BASE} <> 0",
    "filed": f"k & {FILED} <> 0",
    "filed_in_time": f"k & {FILED_IN_TIME} <> 0",
    "unsurveyed": f"{_OPERATING} and {_bits(MEMBERS_AT, MEMBERS, 'unknown')}",
    "to_settle": f"k & {TO_SETTLE} <> 0",
    "joint_with_three": f"{of_status(*FORMS[2:])} and {_THRESHOLD}",
    "moving": f"{_OPERATING} and {_bits(REGISTRY_AT, REGISTRY_STATUSES, 'moved_out')}",
    "unknown_registry_status": f"{_bits(REGISTRY_AT, REGISTRY_STATUSES, 'unknown')} and "
    f"not {of_status('out_of_scope')}",
    "recruiting_alone": f"k & {RECRUITING_ALONE} <> 0",
    "filing_missing": f"k & {BASE} <> 0 and k & {FILED} = 0",
    "unplaced": "place = any(%(upper)s)",
    "own_level": "place = any(%(own)s)",
    "held": "subject = any(%(held)s)",
}


def conditions(request: pb.ListRequest) -> str:
    """SQL over the columns k, late, place, subject, code, name_folded; values are named parameters.

    The request's words are known ones; its free text is a parameter.
    """
    found = ["true"]
    if request.status:
        found.append(of_status(request.status))
    if request.duty:
        found.append(_bits(DUTY_AT, DUTIES, request.duty))
    if request.overdue:
        found.append("late")
    if request.filter:
        found.append(FILTERS[request.filter])
    if request.warning:
        found.append("subject = any(%(warned)s)")
    if request.text:
        found.append("(starts_with(code, %(code)s) or strpos(name_folded, %(text)s) > 0)")
    return " and ".join(f"({condition})" for condition in found)
