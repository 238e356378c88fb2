"""The facts of a day → one index → everything that the index alone decides.

Each slot adds its own part to the index, so that a sweep adds and subtracts where a slot changes. The index is the
rule table's packed index with a few flags above it, which the table does not know or takes together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from services.coverage.domain.keys import (
    BRANCH_OFFICE,
    DUTIES,
    FORMS,
    MEMBERS,
    RECRUITING_ALONE,
    REGISTRY_STATUSES,
    STATUSES,
    TO_SETTLE,
    enterprise_key,
)
from services.coverage.domain.slots import SLOTS, Entry, Slot
from xianfeng.rules import RuleSet

__all__ = ["GONE", "Answer", "Answers", "Packing"]

GONE = -1
"""The cell of a record that does not count (merged into another)."""

_COUNTS = {Slot.FORMAL: "formal", Slot.PROBATIONARY: "probationary", Slot.ELSEWHERE: "elsewhere"}
_FLAGS = {
    Slot.OWN: "own", Slot.ADVISER_COMMUNITY: "adviser_community", Slot.ADVISER_OTHER: "adviser_other",
    Slot.RECRUITING: "recruiting", Slot.NOT_READY: "not_ready",
}  # fmt: skip
_ABOVE = {Slot.MASS_UNION: 1, Slot.MASS_YOUTH: 2, Slot.MASS_WOMEN: 4, Slot.KIND: 8, Slot.MERGED: 16}
_MASS = 7


class Packing:
    """What each slot adds to the index under one rule set.

    `base` is the index of an enterprise of which nothing is known; `table[slot, min(value, top)]` is what an entry in
    force adds; an empty slot adds nothing.
    """

    def __init__(self, rules: RuleSet) -> None:
        facts, size = rules.facts, len(rules.table)
        self.base = rules.index(registry_status="unknown", in_scope=True)
        status, unknown = facts["registry_status"], facts["registry_status"].code("unknown")
        parts = {
            Slot.REGISTRY: [(status.code(s) - unknown) * status.weight for s in REGISTRY_STATUSES],
            Slot.SCOPE: [-facts["in_scope"].weight, 0],
            Slot.MEMBERSHIP: [facts["membership"].code(f) * facts["membership"].weight for f in ("", *FORMS[2:])],
        }
        self.top = max(len(REGISTRY_STATUSES), *(cut for name in _COUNTS.values() for cut in facts[name].cuts))
        for slot, name in _COUNTS.items():
            parts[slot] = [facts[name].code(n) * facts[name].weight for n in range(self.top + 1)]
        for slot, name in _FLAGS.items():
            parts[slot] = [0, facts[name].weight]
        for slot, flag in _ABOVE.items():
            parts[slot] = [0, flag * size]
        self.parts = {slot: row + row[-1:] * (self.top + 1 - len(row)) for slot, row in parts.items()}
        self.table = np.zeros((SLOTS, self.top + 1), np.int64)
        for slot, row in self.parts.items():
            self.table[slot] = row

    def index(self, force: Mapping[int, Entry]) -> int:
        """The index of the entries in force."""
        deciding = ((self.parts[slot], entry[3]) for slot, entry in force.items() if slot in self.parts)
        return self.base + sum(row[min(int(value), self.top)] for row, value in deciding)


class Answer(NamedTuple):
    """What an index decides. `key` lacks the marks that need more than a day's facts; 0: it does not count.

    `due_slot`: the slot whose last day is due, or 0; otherwise `deadline` (0: none) and `days` after since.
    """

    cell: int
    key: int
    duty: int
    due_slot: int
    deadline: int
    days: int


class Answers(dict[int, Answer]):
    """Answers by index, found when first asked for. Not `started`: before the rule set began nothing is to be done."""

    def __init__(self, rules: RuleSet, started: bool) -> None:
        super().__init__()
        self._rules, self._started = rules, started

    def __missing__(self, wide: int) -> Answer:
        self[wide] = answer = self._find(*divmod(wide, len(self._rules.table)))
        return answer

    def _find(self, above: int, index: int) -> Answer:
        if above & _ABOVE[Slot.MERGED]:
            return Answer(GONE, 0, 0, 0, 0, 0)
        index += self._rules.facts["mass"].weight if above & _MASS else 0
        number = self._rules.table[index] if self._started else self._without_duty(self._rules.table[index])
        cell = self._rules.cells[number]
        rule = self._rules.dues[cell.due]
        marks = self._marks(index, cell.status) | (BRANCH_OFFICE if above & _ABOVE[Slot.KIND] else 0)
        key = enterprise_key(
            STATUSES.index(cell.status), DUTIES.index(cell.duty), MEMBERS.index(self._members(index)),
            self._code(index, "registry_status"), marks,
        )  # fmt: skip
        due_slot = Slot.NOT_READY if rule.until_of == "not_ready" else 0
        deadline = rule.deadline.toordinal() if rule.deadline else 0
        return Answer(number, key, DUTIES.index(cell.duty), due_slot, deadline, rule.days)

    def _code(self, index: int, name: str) -> int:
        fact = self._rules.facts[name]
        return index // fact.weight % fact.size

    def _members(self, index: int) -> str:
        formal = self._code(index, "formal")
        threshold = self._rules.facts["formal"].code(self._rules.number("form_threshold"))
        if formal != 1:
            return "unknown" if not formal else "threshold" if formal >= threshold else "few"
        if self._code(index, "probationary") > 1:
            return "probationary_only"
        counts = self._rules.parameters["elsewhere_counts_as_members"].value is True
        return "elsewhere_only" if counts and self._code(index, "elsewhere") > 1 else "nobody"

    def _marks(self, index: int, status: str) -> int:
        worked = any(self._code(index, name) for name in ("adviser_community", "adviser_other", "mass"))
        stands = self._code(index, "own") or self._code(index, "membership")
        ended = REGISTRY_STATUSES[self._code(index, "registry_status")] in ("revoked", "deregistered")
        alone = RECRUITING_ALONE if status == "work" and not worked else 0
        return alone | (TO_SETTLE if stands and ended else 0)

    def _without_duty(self, number: int) -> int:
        status = self._rules.cells[number].status
        for n, other in enumerate(self._rules.cells):
            if other.status == status and not other.duty:
                return n
        raise ValueError(f"{self._rules.name}: no row leaves status {status} without a duty; add one to duties")
