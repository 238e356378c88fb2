"""What a row comes to: commands, what each would change, and what the row alone cannot bring about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from services.registry.ledger.fields import CLEAR, Values
from xianfeng.refusal import Kind, Refused
from xianfeng.words import say

__all__ = ["Case", "Joinable", "Plan", "Step", "fault"]


class Step(NamedTuple):
    """One ordinary command: its name and fields, without its meta, and the cell that asks for it."""

    name: str
    fields: Mapping[str, object]
    cell: str = ""


class Joinable(NamedTuple):
    """An organisation that enterprises of the unit may join, as lists know it."""

    subject: str
    form: str


@dataclass(frozen=True)
class Case:
    """One enterprise on the day from which the row is true. `opening`: the id of the organisation that it would form.

    `forming`: its own organisation that was opened and is not approved yet. `joinable`: those of the name stated.
    `advisers`: its present ones, where the row says something of them.
    """

    subject: str
    unit: str
    day: date
    now: Values
    stated: Values
    covering: str | None
    advisers: tuple[str, ...]
    opening: Callable[[], str]
    forming: str | None = None
    joinable: tuple[Joinable, ...] = ()

    def wants(self, key: str) -> str:
        """The value that the row comes to: as stated, else as it is; empty when there is none."""
        value = self.stated.get(key, self.now.get(key, ""))
        return "" if value == CLEAR else value

    @cached_property
    def changed(self) -> frozenset[str]:
        """The fields that the row states otherwise than they are."""
        return frozenset(key for key in self.stated if self.wants(key) != self.now.get(key, ""))

    def changes(self, *keys: str) -> list[str]:
        """Those of the fields, in this order, that the row states otherwise than they are."""
        return [key for key in keys if key in self.changed]


@dataclass
class Plan:
    """`changes`: field → (before, after)."""

    steps: list[Step] = field(default_factory=list)
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    needs: list[tuple[str, str]] = field(default_factory=list)

    def do(self, case: Case, keys: Sequence[str], *steps: Step) -> None:
        """These fields change by these commands."""
        self.steps.extend(step._replace(cell=keys[0]) for step in steps)
        self.changes |= {key: (case.now.get(key, ""), case.wants(key)) for key in keys}

    def need(self, key: str, reason: str, **values: object) -> None:
        """This cell is a fact, but takes more than a row has; the rest of the row is taken."""
        self.needs.append((key, say(f"ledger.needs.{reason}", **values)))


def fault(reason: str, *, field: str = "", kind: Kind = "invalid", **values: object) -> Refused:
    """Why a row cannot be taken, and what to do, in the words under `ledger.fault.<reason>`."""
    message, remedy = (say(f"ledger.fault.{reason}.{part}", **values) for part in ("message", "remedy"))
    return Refused(message, kind=kind, reason=reason, field=field, remedy=remedy)
