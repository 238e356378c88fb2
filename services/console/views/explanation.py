"""What the page of an enterprise shows, made of coverage's explanation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from services.console.session import Reader

__all__ = ["COUNTS", "Explained", "Fact", "explained"]

# Slots whose value is a number of people; 1 and 2 identify a person to those who know the enterprise.
COUNTS = ("formal", "probationary", "elsewhere")
SMALL = re.compile(r"(?<!\d)[12](?!\d)")
BAND = "1–2"
# Not for the enterprise's own eyes.
INTERNAL = ("uncovered_reason",)


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
    type: str
    in_force: bool
    voided: bool


@dataclass(frozen=True)
class Explained:
    """The page's content; ``banded`` says that small counts are shown as a band to this reader."""

    answer: Any
    decisive: tuple[Fact, ...]
    timeline: tuple[Fact, ...]
    banded: bool


def explained(answer: Any, reader: Reader) -> Explained:
    """Make the view of an Explanation for one reader: domain §9 says who sees which value."""
    banded = not _answers_for(answer, reader)
    lines = [line for line in answer.facts if not (reader.enterprise and line.slot in INTERNAL)]
    facts = tuple(_fact(line, banded) for line in lines)
    return Explained(
        answer=answer,
        decisive=tuple(fact for fact in facts if fact.in_force),
        timeline=tuple(sorted(facts, key=lambda fact: (fact.effective, fact.recorded), reverse=True)),
        banded=banded,
    )


def _answers_for(answer: Any, reader: Reader) -> bool:
    if reader.enterprise:
        return reader.enterprise in (answer.row.subject, answer.row.code)
    line = {unit.id for unit in answer.path} | {answer.row.unit.id}
    return not reader.unit or reader.unit in line


def _fact(line: Any, banded: bool) -> Fact:
    hide = banded and line.slot in COUNTS
    return Fact(
        label=line.label,
        value=SMALL.sub(BAND, line.value) if hide else line.value,
        effective=line.effective,
        until=line.until,
        recorded=line.recorded,
        actor=line.actor,
        event=line.event,
        type=line.type,
        in_force=line.in_force,
        voided=line.voided,
    )
