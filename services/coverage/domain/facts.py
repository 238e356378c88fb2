"""The facts of a day → the rule table's packed index → everything that the index alone decides.

Each slot contributes to the index on its own, so that a sweep adds and subtracts where a slot changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from services.coverage.domain.keys import (
    DUTIES,
    FORMS,
    MEMBERS,
    RECRUITING_ALONE,
    REGISTRY_STATUSES,
    STATUSES,
    TO_SETTLE,
    enterprise_key,
)
from services.coverage.domain.slots import Entry, Slot
from xianfeng.rules import RuleSet

__all__ = ["MASS_SLOTS", "Answer", "Answers", "Packing"]

MASS_SLOTS = frozenset((Slot.MASS_UNION, Slot.MASS_YOUTH, Slot.MASS_WOMEN))
_COUNTS = {Slot.FORMAL: "formal", Slot.PROBATIONARY: "probationary", Slot.ELSEWHERE: "elsewhere"}
_FLAGS = {
    Slot.OWN: "own", Slot.ADVISER_COMMUNITY: "adviser_community", Slot.ADVISER_OTHER: "adviser_other",
    Slot.RECRUITING: "recruiting", Slot.NOT_READY: "not_ready",
}  # fmt: skip


class Packing:
    """The packed index under one rule set. `base`: the index of an enterprise of which nothing is known."""

    def __init__(self, rules: RuleSet) -> None:
        facts = rules.facts
        self.base = rules.index(registry_status="unknown", in_scope=True)
        status, unknown = facts["registry_status"], facts["registry_status"].code("unknown")
        self._steps = {
            Slot.REGISTRY: [(status.code(s) - unknown) * status.weight for s in REGISTRY_STATUSES],
            Slot.SCOPE: [-facts["in_scope"].weight, 0],
            Slot.MEMBERSHIP: [facts["membership"].code(f) * facts["membership"].weight for f in ("", *FORMS[2:])],
        }
        for slot, name in _COUNTS.items():
            top = max(facts[name].cuts)
            self._steps[slot] = [facts[name].code(n) * facts[name].weight for n in range(top + 1)]
        for slot, name in _FLAGS.items():
            self._steps[slot] = [0, facts[name].weight]
        self._mass = facts["mass"].weight
        self.decides = frozenset(self._steps) | MASS_SLOTS

    def step(self, slot: int, force: Mapping[int, Entry]) -> int:
        """What a slot adds to `base`; an empty one adds nothing. The mass organisations add as one, see `shared`."""
        if slot in MASS_SLOTS:
            return 0 if MASS_SLOTS.isdisjoint(force) else self._mass
        entry, steps = force.get(slot), self._steps.get(slot)
        if entry is None or steps is None:
            return 0
        return steps[entry[3] if entry[3] < len(steps) else -1]  # type: ignore[operator,index]

    def shared(self, slot: int) -> int:
        """The slot under which a slot's part of the index is kept."""
        return Slot.MASS_UNION if slot in MASS_SLOTS else slot

    def index(self, force: Mapping[int, Entry]) -> int:
        """The packed index of the entries in force."""
        slots = {self.shared(slot) for slot in self.decides}
        return self.base + sum(self.step(slot, force) for slot in slots)


class Answer(NamedTuple):
    """What a packed index decides. `key` lacks the marks that need more than a day's facts.

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

    def __missing__(self, index: int) -> Answer:
        number = self._rules.table[index]
        if not self._started:
            number = self._without_duty(number)
        cell = self._rules.cells[number]
        rule = self._rules.dues[cell.due]
        key = enterprise_key(
            STATUSES.index(cell.status), DUTIES.index(cell.duty), MEMBERS.index(self._members(index)),
            self._code(index, "registry_status"), self._marks(index, cell.status),
        )  # fmt: skip
        due_slot = Slot.NOT_READY if rule.until_of == "not_ready" else 0
        deadline = rule.deadline.toordinal() if rule.deadline else 0
        self[index] = Answer(number, key, DUTIES.index(cell.duty), due_slot, deadline, rule.days)
        return self[index]

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
