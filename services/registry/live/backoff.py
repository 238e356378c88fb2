"""How long to wait before the next try: longer each time, never the same for all, short again after a success."""

from __future__ import annotations

import random
from collections.abc import Callable

__all__ = ["Backoff"]


class Backoff:
    """Seconds: up to `first`, then up to twice as much each time, at most `most`. At least half of it, by chance."""

    def __init__(self, first: float = 0.2, most: float = 30.0, chance: Callable[[], float] = random.random) -> None:
        self._first = first
        self._most = most
        self._chance = chance
        self._next = first

    def reset(self) -> None:
        """Something was achieved: the next wait is a first one."""
        self._next = self._first

    def wait(self) -> float:
        """The next wait."""
        most, self._next = self._next, min(self._next * 2, self._most)
        return most * (0.5 + self._chance() / 2)
