"""What the page of an enterprise shows, made of coverage's explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.console.views.labels import actor

__all__ = ["Explained", "Fact", "explained"]


@dataclass(frozen=True)
class Fact:
    """One line of the facts: ``voided`` was taken back, ``in_force`` decides the day asked for."""

    label: str
    value: str
    effective: str
    until: str
    recorded: str
    actor: str
    event: str
    event_label: str
    in_force: bool
    voided: bool


@dataclass(frozen=True)
class Explained:
    """The page's content: the facts that decide, and all of them by their time."""

    answer: Any
    decisive: tuple[Fact, ...]
    timeline: tuple[Fact, ...]


def explained(answer: Any) -> Explained:
    """Make the view of an Explanation; coverage has left out and banded what this reader must not see."""
    facts = tuple(_fact(line) for line in answer.facts)
    return Explained(
        answer=answer,
        decisive=tuple(fact for fact in facts if fact.in_force),
        timeline=tuple(sorted(facts, key=lambda fact: (fact.effective, fact.recorded), reverse=True)),
    )


def _fact(line: Any) -> Fact:
    return Fact(
        label=line.label,
        value=line.value,
        effective=line.effective,
        until=line.until,
        recorded=line.recorded,
        actor=actor(line.actor),
        event=line.event,
        event_label=line.event_label,
        in_force=line.in_force,
        voided=line.voided,
    )
