"""How many rows came to what: whole numbers that a script may read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from services.registry.feed.placing import Placer

__all__ = ["Counts"]


@dataclass
class Counts:
    """`read` = `new` + `changed` + `unchanged` + `rejected`. The other numbers are parts of them, or beside them."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    rejected: int = 0
    unplaced: int = 0
    differences: int = 0
    events: int = 0
    with_city: int = 0
    with_county: int = 0
    unknown_status: int = 0

    def add(self, outcome: str, placer: Placer, unit: str, status: str) -> None:
        """Count a row that was taken: what it came to, where its enterprise stands, and its registry status."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        if unit:
            waits = placer.unplaced(unit)
            self.unplaced += waits
            self.with_county += not waits
            self.with_city += placer.city(unit) is not None
        self.unknown_status += status == "unknown"

    def join(self, other: Counts) -> None:
        """Add the numbers of another chunk."""
        for part in fields(self):
            setattr(self, part.name, getattr(self, part.name) + getattr(other, part.name))

    def numbers(self) -> dict[str, int]:
        """By name."""
        return asdict(self)
