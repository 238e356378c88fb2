"""The gazetteers of this process: made on the event loop that owns the unit tree, kept until a unit changes."""

from __future__ import annotations

from collections import OrderedDict
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
        self._kept: OrderedDict[tuple[int, date], Gazetteer] = OrderedDict()

    async def placer(self, unit: str, day: date) -> Placer:
        """What places rows under this unit (a subject; empty: the deployment's root) by the divisions of the day."""
        await self._units.catch_up()
        tree = self._units.tree
        key = (tree.position, day)
        gazetteer = self._kept.get(key)
        if gazetteer is None:
            gazetteer = self._kept[key] = Gazetteer(tree, day)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return Placer(gazetteer, unit or gazetteer.tree.root)
