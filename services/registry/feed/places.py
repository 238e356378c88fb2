"""The gazetteers of this process: made on the event loop that owns the unit tree, kept until a unit changes."""

from __future__ import annotations

from collections import deque
from datetime import date
from typing import Protocol

from services.registry.feed.gazetteer import Gazetteer
from services.registry.feed.placing import Placer
from xianfeng.units import UnitTree

__all__ = ["PlaceBook"]

_KEPT = 4


class _Units(Protocol):
    tree: UnitTree

    async def catch_up(self) -> None: ...


class PlaceBook:
    """Lives on one event loop, with the reader of the units."""

    def __init__(self, units: _Units) -> None:
        self._units = units
        self._kept: deque[Gazetteer] = deque(maxlen=_KEPT)

    async def placer(self, unit: str, day: date) -> Placer:
        """What places rows under this unit (a subject; empty: the deployment's root) by the divisions of the day.

        A day before the first divisions that are known has these.
        """
        await self._units.catch_up()
        gazetteer = self._gazetteer(day)
        return Placer(gazetteer, unit or gazetteer.tree.root)

    def _gazetteer(self, day: date) -> Gazetteer:
        """Days between two changes of the tree share one."""
        tree = self._units.tree
        day = max(day, tree.begins)
        shape = tree.on(day).shape
        found = next((kept for kept in self._kept if kept.tree.shape is shape), None)
        if found is None:
            found = Gazetteer(tree, day)
        else:
            self._kept.remove(found)
        self._kept.append(found)
        return found
