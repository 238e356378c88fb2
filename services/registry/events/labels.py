"""What registry's events are called on screen."""

from __future__ import annotations

from xianfeng.words import say

__all__ = ["event_label"]


def event_label(type_: str) -> str:
    """`enterprise.members-counted.v1` → 核实党员人数."""
    kind, what = type_.split(".")[:2]
    return say(f"registry.event.{kind}.{what}")
