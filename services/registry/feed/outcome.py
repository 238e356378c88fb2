"""Whose rows are taken, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from services.registry.feed.counts import Counts
from services.registry.feed.faults import Fault

__all__ = ["Feed", "Outcome", "Taken"]

Outcome = Literal["new", "changed", "unchanged", "rejected"]


class Feed(NamedTuple):
    """Whose word it is, of which day, and who has it taken. `causation` marks what follows from something else."""

    source: str
    as_of: date
    actor: str
    correlation: str
    causation: str = ""


@dataclass
class Taken:
    """What came of the rows; `outcomes` in their order."""

    outcomes: list[tuple[str, Outcome]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
