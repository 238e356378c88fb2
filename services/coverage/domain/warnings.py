"""Checks that warn and never block (domain §3, practice: the rules say 一般). Computed when asked, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from services.coverage.domain.keys import BASE, FILED, FORMS, TYPES, unpack_enterprise
from services.coverage.domain.slots import Entry, Slot
from services.coverage.domain.timeline import Segment
from xianfeng.rules import RuleSet

__all__ = ["WARNINGS", "Standing", "committee_duty", "enterprise_warnings", "organisation_warnings"]

WARNINGS = (
    "joint_with_three", "own_below_threshold", "not_ready_without_work", "filing_missing", "joint_over_five",
    "no_branch_committee", "branch_too_large", "general_branch_too_large", "term_over", "term_ending",
    "no_consultation", "no_community_parent",
)  # fmt: skip
"""Keys of the catalogue, `coverage.warning.<key>`."""

_UNITS, _COMMITTEE_FROM, _BRANCH_UP_TO, _GENERAL_UP_TO, _TERM_DAYS = 5, 7, 50, 100, 90


class Standing(msgspec.Struct, frozen=True):
    """An organisation on a day, as the checks see it. `units`: how many enterprises belong to it. Days are ordinals."""

    form: str
    type: str
    units: int
    term_ends: int
    consulted: bool
    community_parent: bool
    branch_committee: bool

    @classmethod
    def of(cls, force: Mapping[int, Entry], units: int) -> Standing:
        """From the organisation's entries in force on the day."""

        def number(slot: int) -> int:
            return int(force[slot][3]) if slot in force else 0

        return cls(
            FORMS[number(Slot.FORM)], TYPES[number(Slot.TYPE)], units, number(Slot.TERM_ENDS),
            Slot.CONSULTED in force, bool(number(Slot.COMMUNITY_PARENT)), bool(number(Slot.BRANCH_COMMITTEE)),
        )  # fmt: skip


def enterprise_warnings(
    rules: RuleSet, segment: Segment, force: Mapping[int, Entry], organisation: Standing | None, day: date
) -> list[str]:
    """The warnings of an enterprise on a day, of its organisation too; `force`: its entries in force on that day."""
    if not segment.key:
        return []
    key = unpack_enterprise(segment.key)
    formal = int(force[Slot.FORMAL][3]) if Slot.FORMAL in force else None
    below = formal is not None and formal < rules.number("form_threshold")
    month, last = map(int, str(rules.parameters["filing_deadline"].value).split("-"))
    late = day > date(day.year, month, last) and segment.key & BASE and not segment.key & FILED
    held = {
        "joint_with_three": key.organised and key.status != "own" and key.members == "threshold",
        "own_below_threshold": key.status == "own" and below,
        "not_ready_without_work": Slot.NOT_READY in force and key.status == "none",
        "filing_missing": bool(late),
    }
    found = [name for name in WARNINGS if held.get(name)]
    if organisation is not None and key.organised:
        found += organisation_warnings(organisation, formal if key.status == "own" else None, day)
    return found


def organisation_warnings(organisation: Standing, formal: int | None, day: date) -> list[str]:
    """The warnings of an organisation on a day; `formal`: its formal members, None when not known."""
    members, left = formal or 0, organisation.term_ends - day.toordinal() if organisation.term_ends else None
    held = {
        "joint_over_five": organisation.form == "joint" and organisation.units > _UNITS,
        "no_branch_committee": members >= _COMMITTEE_FROM and not organisation.branch_committee
        and organisation.type == "branch",
        "branch_too_large": members > _BRANCH_UP_TO and organisation.type == "branch",
        "general_branch_too_large": members > _GENERAL_UP_TO and organisation.type == "general_branch",
        "term_over": left is not None and left < 0,
        "term_ending": left is not None and 0 <= left <= _TERM_DAYS,
        "no_consultation": not organisation.consulted,
        "no_community_parent": not organisation.community_parent,
    }  # fmt: skip
    return [name for name in WARNINGS if held.get(name)]


def committee_duty(rules: RuleSet, leading_groups: list[int], day: date) -> date | None:
    """The due day of a city's duty `form_committee` (H 二(一)), None when it has a committee with a leading group.

    `leading_groups`: the sizes of the leading groups of its committees that stand on the day.
    """
    due = rules.parameters["committee_deadline"].value
    return due if isinstance(due, date) and day >= rules.start and not any(leading_groups) else None
