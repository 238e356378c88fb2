"""The facts of a day → what they add to the rule table's packed index.

Each slot contributes on its own, so that a sweep adds and subtracts where a slot changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.coverage.domain.keys import FORMS, REGISTRY_STATUSES
from services.coverage.domain.slots import Entry, Slot
from xianfeng.rules import RuleSet

__all__ = ["MASS_SLOTS", "Packing"]

MASS_SLOTS = (Slot.MASS_UNION, Slot.MASS_YOUTH, Slot.MASS_WOMEN)
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
        unknown = facts["registry_status"].code("unknown")
        self._steps = {
            Slot.REGISTRY: [(facts["registry_status"].code(s) - unknown) * facts["registry_status"].weight
                            for s in REGISTRY_STATUSES],
            Slot.SCOPE: [-facts["in_scope"].weight, 0],
            Slot.MEMBERSHIP: [facts["membership"].code(form) * facts["membership"].weight
                              for form in ("", *FORMS[2:])],
        }  # fmt: skip
        for slot, name in _COUNTS.items():
            top = max(facts[name].cuts)
            self._steps[slot] = [facts[name].code(n) * facts[name].weight for n in range(top + 1)]
        for slot, name in _FLAGS.items():
            self._steps[slot] = [0, facts[name].weight]
        self._mass = facts["mass"].weight

    def step(self, slot: int, entry: Entry | None) -> int:
        """What the slot's entry in force adds to `base`; an empty slot adds nothing. Mass organisations: see `mass`."""
        steps = self._steps.get(slot)
        if entry is None or steps is None:
            return 0
        value = entry[3]
        return steps[value if value < len(steps) else -1]  # type: ignore[operator,index]

    def mass(self, force: Mapping[int, Entry]) -> int:
        """What the mass organisations in force add, one or more."""
        return self._mass if any(slot in force for slot in MASS_SLOTS) else 0

    def index(self, force: Mapping[int, Entry]) -> int:
        """The packed index of the entries in force."""
        return self.base + self.mass(force) + sum(self.step(slot, entry) for slot, entry in force.items())
