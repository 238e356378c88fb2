"""What every paper says of itself below its title: the day, the rule set, and whether it is of now."""

from __future__ import annotations

from typing import Any

from xianfeng.words import say

__all__ = ["in_division_order", "notices"]


def notices(day: str, rule_set: str = "", *, live: bool) -> list[str]:
    """The lines that all papers bear; a paper adds its own."""
    lines = [say("console.exports.basis", day=day)]
    lines += [say("console.exports.rule-set", rule_set=rule_set)] if rule_set else []
    return [*lines, say("console.live-mark" if live else "console.dated-mark")]


def in_division_order(unit: Any) -> tuple[bool, str, str]:
    """Division order is that of the codes; units without one come last, by name."""
    return (not unit.code, unit.code.ljust(12, "0"), unit.name)
