"""What every paper says of itself below its title: the unit, the day, the rule set, and whether it is of now."""

from __future__ import annotations

from typing import Any, NamedTuple

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Page
from services.console.when import PRESENT, When
from xianfeng.words import say

__all__ = ["Above", "above", "in_division_order", "knowledge", "notices"]


class Above(NamedTuple):
    """The unit that a paper is about, the day that it shows, and what its figures stand on."""

    unit: Any
    day: str
    rule_set: str
    demonstration: bool


async def above(page: Page, unit: str, when: When = PRESENT) -> Above:
    """Ask for the unit. Raises grpc.aio.AioRpcError when the account may not see it."""
    message = coverage_pb2.FiguresRequest(unit=unit, day=when.day, known_at=when.instant)
    answer = await page.ask(page.context.peers.coverage.Figures, message)
    return Above(answer.figures.unit, answer.figures.day, answer.basis.rule_set, answer.basis.demonstration)


def notices(day: str, rule_set: str = "", *, live: bool) -> list[str]:
    """The lines that all papers bear; a paper adds its own."""
    lines = [say("console.exports.basis", day=day)]
    lines += [say("console.exports.rule-set", rule_set=rule_set)] if rule_set else []
    return [*lines, say("console.live-mark" if live else "console.dated-mark")]


def knowledge(when: When) -> list[str]:
    """The line of a paper that is of what was known then; none for what is known now."""
    return [say("console.exports.known", instant=when.minute)] if when.known_at else []


def in_division_order(row: Any) -> tuple[bool, str, str, str]:
    """Key of a row in division order, that of its unit's code; units without one come last. In a unit by name."""
    return (not row.unit.code, row.unit.code.ljust(12, "0"), row.unit.name, row.name)
