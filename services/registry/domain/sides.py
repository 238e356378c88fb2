"""The two sides of a transfer: the unit that has the enterprise, and the one that is to have it."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["asked_side"]


def asked_side(present: str, receiving: str, proposer: str | None, lies_under: Callable[[str, str], bool]) -> str:
    """The side that answers: the receiving one, unless that one asked for the enterprise; then the present one.

    `proposer`: the unit of the account that proposed it (None: not known); `lies_under(unit, above)`.
    """
    if proposer and lies_under(receiving, proposer) and not lies_under(present, proposer):
        return present
    return receiving
