"""Tables as offices know them (domain §10): L1 for the unit as a whole, L3 with a row for each child.

What the system does not collect (staff, legal representatives) stands as "–", and the note says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from proto.xianfeng.coverage.v1.reports_pb2 import Layout, LayoutRow
from services.coverage.domain.keys import TYPES
from services.coverage.reports.people import People
from services.coverage.reports.tally import Tally
from xianfeng.words import say

__all__ = ["Part", "first_layout", "third_layout"]

_NONE = "–"
_L1 = (
    "enterprises", "advised", "own-committee", "own-general_branch", "own-branch", "joint-three", "joint-branches",
    "uncovered-must", "uncovered-few", "uncovered-nobody", "uncovered-unknown", "beside-advisers", "beside-staff",
    "beside-members",
)  # fmt: skip
_L1_OTHERS = ("staff-50", "staff-100", "legal-member", "legal-secretary")
_L3 = (
    "organisations", "committee", "general_branch", "branch", "covered", "staff", "members", "members-here",
    "members-elsewhere", "own-organisations", "own-covered", "joint-organisations", "joint-covered", "joint-three",
    "joint-few", "joint-none", "all",
)  # fmt: skip
_FEW = ("few", "probationary_only", "elsewhere_only")


class Part(NamedTuple):
    """A unit or a child of it: its name, what is counted in it, its people, its joint organisations by type."""

    label: str
    tally: Tally
    people: People
    joint: Counter[str]

    @property
    def own(self) -> dict[str, int]:
        """Own organisations by type: each is one enterprise's."""
        return dict(zip(TYPES, self.people.own, strict=True))


def first_layout(whole: Part) -> Layout:
    """L1 企业法人单位建立党的基层组织情况: what we hold is the first row, the others need facts we do not collect."""
    rows = [LayoutRow(label=say("reports.l1.row.all"), cells=_first_row(whole))]
    empty = [_NONE] * len(_L1)
    rows += [LayoutRow(label=say(f"reports.l1.row.{name}"), cells=empty) for name in _L1_OTHERS]
    return _layout("l1", _L1, rows)


def third_layout(whole: Part, parts: Sequence[Part]) -> Layout:
    """L3 党建信息统计报表: a row for each child in division order, the sum last."""
    rows = [LayoutRow(label=part.label, cells=_third_row(part)) for part in parts]
    rows.append(LayoutRow(label=say("reports.l3.row.all"), cells=_third_row(whole)))
    return _layout("l3", _L3, rows)


def _layout(name: str, columns: Sequence[str], rows: list[LayoutRow]) -> Layout:
    return Layout(
        name=name.upper(), title=say(f"reports.{name}.title"), formula=say(f"reports.{name}.formula"),
        columns=[say(f"reports.{name}.column.{column}") for column in columns], rows=rows,
        note=say(f"reports.{name}.note"),
    )  # fmt: skip


def _first_row(part: Part) -> list[str]:
    t, p, own = part.tally, part.people, part.own
    return _shown(
        t.enterprises, p.advised, own["committee"], own["general_branch"], own["branch"], t.joint_of("threshold"),
        part.joint.total(), t.uncovered_of("threshold"), t.uncovered_of(*_FEW), t.uncovered_of("nobody"),
        t.uncovered_of("unknown"), p.advisers, None, p.formal + p.probationary,
    )  # fmt: skip


def _third_row(part: Part) -> list[str]:
    t, p, own = part.tally, part.people, part.own
    both = [own[kind] + part.joint[kind] for kind in ("committee", "general_branch", "branch")]
    here = p.formal + p.probationary
    return _shown(
        sum(both), *both, t.own + t.joined, None, here + p.elsewhere, here, p.elsewhere, sum(own.values()), t.own,
        part.joint.total(), t.joined, t.joint_of("threshold"), t.joint_of(*_FEW), t.joint_of("nobody", "unknown"),
        t.own + t.joined,
    )  # fmt: skip


def _shown(*values: int | None) -> list[str]:
    return [_NONE if value is None else str(value) for value in values]
