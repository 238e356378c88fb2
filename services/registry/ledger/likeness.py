"""Names that resemble one another, to propose to a person: shared pairs of characters, common words left aside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Generic, TypeVar

from xianfeng.names import fold_name
from xianfeng.words import say

__all__ = ["Likeness"]

T = TypeVar("T")
_SHOWN = 5
_LEAST = 0.4
"""Of the pairs of both names (Dice's measure)."""


class Likeness(Generic[T]):
    """Many names, each with what it stands for."""

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._common = say("ledger.common-words").split()
        self._items: list[tuple[T, int]] = []
        self._bearers: dict[str, list[int]] = defaultdict(list)
        for number, (name, item) in enumerate(named):
            pairs = self._pairs(name)
            self._items.append((item, len(pairs)))
            for pair in pairs:
                self._bearers[pair].append(number)

    def nearest(self, name: str) -> list[T]:
        """At most five, the most alike first; none when nothing resembles it."""
        pairs = self._pairs(name)
        shared = Counter(number for pair in pairs for number in self._bearers.get(pair, ()))
        scored = ((2 * n / (len(pairs) + self._items[number][1]), -number) for number, n in shared.items())
        best = sorted((found for found in scored if found[0] >= _LEAST), reverse=True)[:_SHOWN]
        return [self._items[-number][0] for _, number in best]

    def _pairs(self, name: str) -> set[str]:
        text = fold_name(name)
        for word in self._common:
            text = text.replace(word, "")
        text = f"^{text}$"
        return {text[at : at + 2] for at in range(len(text) - 1)}
