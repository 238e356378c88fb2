"""How far an organisation has come: the steps of forming, as registry tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["STEP", "Forming", "Step", "forming"]

# Slots of an organisation that are steps: step.mobilised, step.planned, …
STEP = "step."
ORDER = ("mobilised", "planned", "requested", "approved", "elected", "established")


@dataclass(frozen=True)
class Step:
    label: str
    shown: str


@dataclass(frozen=True)
class Forming:
    """An organisation of the enterprise and the steps recorded so far, in their order."""

    name: str
    ended: bool
    steps: tuple[Step, ...]


def forming(view: Any) -> Forming:
    """Make the view of registry's View of an organisation."""
    steps = [fact for fact in view.facts if fact.slot.startswith(STEP)]
    steps.sort(key=lambda fact: _place(fact.slot.removeprefix(STEP)))
    return Forming(view.name, view.ended, tuple(Step(fact.label, fact.shown) for fact in steps))


def _place(step: str) -> int:
    return ORDER.index(step) if step in ORDER else len(ORDER)
