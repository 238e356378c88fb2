"""How monthly reports stand: who has sent, who has not, who was sent back, who need not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.console.templating import link
from xianfeng.words import say

__all__ = ["ASKS_FOR_NONE", "STATES", "Sending", "Unit", "sending"]

STATES = ("sent", "none", "returned", "excused")
# Communities hand in no report of their own: their street's has what they have.
ASKS_FOR_NONE = "community"


@dataclass(frozen=True)
class Unit:
    """A unit's report; `href` opens it."""

    name: str
    href: str
    reason: str


@dataclass(frozen=True)
class Sending:
    """`below`: the units that are asked for a report, by state; `own` is the unit's own state, "": it is not asked."""

    month: str
    cutoff: str
    own: str
    own_href: str
    href: str
    reason: str
    below: Mapping[str, tuple[Unit, ...]]

    @property
    def asked(self) -> int:
        return sum(map(len, self.below.values()))

    def word(self, state: str) -> str:
        return say(f"reports.state.{state}")


def sending(answer: Any, above: Any, cutoff: str) -> Sending:
    """Of registry's list for the cut-off day's month, and coverage's overview: who has no enterprises need not send."""
    month = cutoff[:7]
    own, *rows = answer.rows
    empty = {child.unit.id for child in above.children if not child.registered}
    below: dict[str, list[Unit]] = {state: [] for state in STATES}
    levels = {child.unit.id: child.unit.level for child in above.children}
    for row in rows:
        if levels.get(row.unit) == ASKS_FOR_NONE:
            continue
        state = row.state or ("excused" if row.unit in empty else "none")
        href = link("units", row.unit, "reports", month, edition=row.edition if row.state == "sent" else "")
        below[state].append(Unit(row.unit_name, href, row.reason))
    unit = above.figures.unit
    return Sending(
        month, cutoff, "" if unit.level == ASKS_FOR_NONE else own.state or "none",
        link("units", unit.id, "reports", month, edition=own.edition if own.state == "sent" else ""),
        link("units", unit.id, "reports", month=month), own.reason, {s: tuple(units) for s, units in below.items()},
    )  # fmt: skip
