"""What coverage listens to: the facts of enterprises, by its projection's own topic, and the unit tree, whole."""

from __future__ import annotations

from services.registry.events import CATALOGUE, UNIT_TYPES, UNITS_TOPIC
from services.registry.events.tree import UnitGrower
from xianfeng.bus.decoder import Decoder
from xianfeng.units import NATION, UnitTree

__all__ = ["UNITS_TOPIC", "Units"]


class Units:
    """Coverage's own copy of the unit tree."""

    def __init__(self, root: str | None) -> None:
        self.tree = UnitTree(root or NATION)
        self._grower = UnitGrower(self.tree)
        self._read = Decoder(CATALOGUE, UNIT_TYPES).read

    def take(self, position: int, raw: bytes) -> None:
        """Apply one record of the units topic."""
        self._grower.take(position, self._read(raw, 0))
