"""The writer's aggregates, the least recently used forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from xianfeng.store.aggregate import Aggregate

__all__ = ["AggregateCache"]


class AggregateCache:
    """At most `size` aggregates by id. One at version 0 is a subject known to be absent."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: OrderedDict[str, Aggregate] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, subject: str) -> Aggregate | None:
        found = self._kept.get(subject)
        if found is not None:
            self._kept.move_to_end(subject)
        return found

    def put(self, aggregate: Aggregate) -> None:
        self._kept[aggregate.id] = aggregate

    def forget(self, subjects: Iterable[str]) -> None:
        for subject in subjects:
            self._kept.pop(subject, None)

    def clear(self) -> None:
        self._kept.clear()

    def shrink(self) -> None:
        """Forget what is over the size. Between batches only: inside one, a command may hold any aggregate."""
        while len(self._kept) > self.size:
            self._kept.popitem(last=False)
