"""An enterprise's yearly filing (报备): what is known, what was filed, and the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xianfeng.words import say

__all__ = ["ASKED", "Filed", "Filing", "filing", "formed_word", "receipt_number"]

ASKED = 2
"""How many fields are asked where something has changed; with nothing changed none is (domain §8)."""
_LONGEST = 200
_STATES = {
    "enterprise.filed.v1": "filed", "enterprise.filing-accepted.v1": "accepted",
    "enterprise.filing-returned.v1": "returned",
}  # fmt: skip


@dataclass(frozen=True)
class Filed:
    """What stands filed for a year. `state`: filed, accepted, returned; `at` is an ISO instant."""

    year: int
    formed: bool
    set_up: str
    state: str
    at: str
    number: str
    reason: str

    @property
    def open(self) -> bool:
        """Whether it can still be filed otherwise."""
        return self.state != "accepted"


@dataclass(frozen=True)
class Filing:
    """The page: what registry knows today fills the form in; `filed` is this year's, `last` an earlier year's."""

    name: str
    code: str
    unit: str
    year: int
    formed: bool
    set_up: str
    filed: Filed | None
    last: Filed | None
    demonstration: bool


def filing(view: Any, lines: Sequence[Any]) -> Filing:
    """Of registry's View and history of the enterprise; the year is that of the view's day."""
    year, filed = int(view.day[:4]), _filed(view.code, lines)
    formed, set_up = _known(view)
    earlier = [one for one in filed.values() if one.year < year]
    last = max(earlier, key=lambda one: one.year, default=None)
    return Filing(view.name, view.code, view.unit.path, year, formed, set_up, filed.get(year), last, view.demonstration)


def receipt_number(year: int, code: str, version: int) -> str:
    """The number of a receipt: the year, whose filing it is, and the place of the fact in the enterprise's record."""
    return f"{year}-{code}-{version:03d}"


def _known(view: Any) -> tuple[bool, str]:
    """Whether an organisation is formed, and how, in words."""
    facts = {fact.slot: fact for fact in view.facts}
    found = facts.get("own") or facts.get("membership")
    if found is None:
        return False, ""
    return True, f"{found.label}：{found.shown}"[:_LONGEST]


def _filed(code: str, lines: Sequence[Any]) -> dict[int, Filed]:
    found: dict[int, Filed] = {}
    for line in lines:
        state = _STATES.get(line.type)
        if state is None or line.voided:
            continue
        data = dict(line.data)
        year = int(data["year"])
        if state == "filed":
            formed, set_up = bool(data["organisation_formed"]), str(data.get("set_up") or "")
            number = receipt_number(year, code, line.version)
            found[year] = Filed(year, formed, set_up, state, line.recorded, number, "")
        elif year in found:
            before = found[year]
            reason = str(data.get("reason") or "")
            found[year] = Filed(year, before.formed, before.set_up, state, before.at, before.number, reason)
    return found


def formed_word(formed: bool) -> str:
    """已建立 or 未建立党组织."""
    return say("console.filing.formed-yes" if formed else "console.filing.formed-no")
