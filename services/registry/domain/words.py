"""Refusals in words: the texts stand in the catalogue under `registry.refused.<reason>`."""

from __future__ import annotations

from xianfeng.refusal import Kind, Refused
from xianfeng.words import say

__all__ = ["refuse"]


def refuse(reason: str, *, field: str = "", kind: Kind = "refused", **values: object) -> Refused:
    """The refusal of this reason: message, rule and remedy from the catalogue, the values filled in."""

    def text(part: str) -> str:
        return say(f"registry.refused.{reason}.{part}", **values)

    return Refused(text("message"), kind=kind, reason=reason, field=field, rule=text("rule"), remedy=text("remedy"))
