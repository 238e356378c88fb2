"""本月报送: how each unit's report of a month stands, and how many have sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.views.sending import STATES
from xianfeng.words import say

__all__ = ["Stand", "stands", "summed"]

WAITED_FOR = ("none", "returned")


@dataclass(frozen=True)
class Stand:
    """A unit's row. `state` is empty for a unit that is not asked: nothing is registered there and nothing was sent."""

    row: Any
    state: str
    label: str
    may_excuse: bool

    @property
    def waited_for(self) -> bool:
        return self.state in WAITED_FOR


def stands(rows: Iterable[Any], children: Iterable[Any], may_excuse: Callable[[Any], bool]) -> list[Stand]:
    """The unit's own row first, then those below it; `children` are their figures of now."""
    empty = {child.unit.id for child in children if not child.registered}
    return [_stand(row, row.unit in empty, may_excuse) for row in rows]


def _stand(row: Any, empty: bool, may_excuse: Callable[[Any], bool]) -> Stand:
    state = "" if empty and not row.state else row.state or "none"
    return Stand(row, state, say(f"reports.state.{state or 'nothing'}"), bool(state) and may_excuse(row))


def summed(below: Sequence[Stand]) -> str:
    """已报 n 个，未报 n 个…: of the units that are asked."""
    counts = Counter(one.state for one in below if one.state)
    return "，".join(
        say("console.reports.so-many", state=say(f"reports.state.{state}"), count=counts[state]) for state in STATES
    )
