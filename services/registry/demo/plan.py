"""What a demonstration is made of: a seed and sizes. Equal plans make equal events but for ids and recorded times."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["ROOT", "SOURCE", "START", "Plan"]

START = date(2021, 7, 8)
"""The day of 豫建房〔2021〕203号: the story begins with it."""
SOURCE = "/registry/demo"
"""Source of every event of the demonstration."""
ROOT = "410000"
"""Code of the province in which it plays."""


@dataclass(frozen=True)
class Plan:
    """`until` is the last day lived through; the sizes are reached by it."""

    seed: int
    enterprises: int
    projects: int
    until: date

    @property
    def last_workday(self) -> date:
        """The day on which the sizes are reached: offices rest at weekends."""
        return self.until - timedelta(days=max(self.until.weekday() - 4, 0))

    def to_text(self) -> str:
        """The form in which the store keeps it, so that an interrupted fill goes on with the same plan."""
        return json.dumps([self.seed, self.enterprises, self.projects, self.until.isoformat()])

    @classmethod
    def from_text(cls, text: str) -> Plan:
        seed, enterprises, projects, until = json.loads(text)
        return cls(seed, enterprises, projects, date.fromisoformat(until))
