"""Why a row cannot be taken: which row, which field, what stands there, and what to do; words from the catalogue."""

from __future__ import annotations

from typing import NamedTuple

from xianfeng.words import say

__all__ = ["SHOWN", "Fault", "cut"]

SHOWN = 60
"""How much of a value is shown: enough to find it, never a whole cell."""


class Fault(NamedTuple):
    """`field` is a kept column, or the heading in the file; `detail` completes the reason: another row, a unit."""

    number: int
    field: str
    value: str
    reason: str
    detail: str = ""

    @property
    def message(self) -> str:
        """What is wrong, and why it matters."""
        return say(f"feed.fault.{self.reason}.message", value=self.value, detail=self.detail)

    @property
    def remedy(self) -> str:
        return say(f"feed.fault.{self.reason}.remedy", value=self.value, detail=self.detail)


def cut(value: str) -> str:
    """The value as a fault shows it."""
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
