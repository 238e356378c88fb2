"""What an operator sees of a projection, and how far behind it is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from xianfeng.bus.feed import Feed
from xianfeng.bus.place import Place
from xianfeng.words import say

__all__ = ["Lag", "ProjectionStatus", "stuck"]

_TOO_LONG = 5.0


@dataclass(frozen=True, slots=True)
class ProjectionStatus:
    """One build. `positions`: partition to place; `business_date`: the earliest of all partitions."""

    name: str
    version: int
    build: int
    state: str
    positions: dict[int, int]
    business_date: date | None
    lag_events: int
    lag_seconds: float
    held: int
    dead_letters: int
    stuck: str
    fenced: int


@dataclass
class Lag:
    """Compares places with the ends of the topic, second by second.

    `caught_up` names the partitions that have reached what was the end at the look before: under a steady flow the
    present end is always a little ahead.
    """

    events: int = 0
    caught_up: frozenset[int] = frozenset()
    known: bool = False
    _ends: dict[int, int] = field(default_factory=dict)
    _current_at: float = field(default_factory=time.monotonic)

    def look(self, places: Mapping[int, Place], ends: Mapping[int, int]) -> None:
        reached = {partition: places[partition].next_offset if partition in places else 0 for partition in ends}
        self.events = sum(max(0, end - reached[partition]) for partition, end in ends.items())
        before = self._ends or ends
        # An end that went back is a topic made anew: nothing is known of it yet.
        self.caught_up = frozenset(p for p, end in ends.items() if reached[p] >= before.get(p, 0) <= end)
        self._ends, self.known = dict(ends), True
        if len(self.caught_up) == len(ends):
            self._current_at = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since when it has not been caught up; 0 while it is."""
        return round(time.monotonic() - self._current_at, 1) if self.events else 0.0


def stuck(feed: Feed, lag: Lag) -> str:
    """Why nothing moves, in one sentence; empty while it moves."""
    if feed.error or feed.away:
        return feed.error or feed.away
    if feed.waiting_at_hole:
        return say("bus.hole", partitions=", ".join(map(str, sorted(feed.waiting_at_hole))))
    idle = min(time.monotonic() - feed.progressed, lag.seconds)
    if lag.events and idle > _TOO_LONG:
        return say("bus.no-progress", seconds=int(idle), lag=lag.events)
    return ""
