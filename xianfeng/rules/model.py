"""What a rule set is: its parts as they stand in the file, and the compiled table."""

from __future__ import annotations

from array import array
from datetime import date, timedelta
from typing import Any

import msgspec

__all__ = ["Cell", "DueRule", "Fact", "Parameter", "Row", "RuleSet", "Value"]

Value = bool | int | date | str


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dated parameter: a Value, its source, and `assumed` where it is our reading of a silent document."""

    value: Any
    clause: str
    says: str
    assumed: bool = False


class Fact(msgspec.Struct, frozen=True):
    """A fact with finitely many codes. `weight` is what one code adds to the packed index.

    `words`: code = place in `values`. A count: code 0 is unknown, code i the i-th band, `cuts` being where the
    bands above the first begin.
    """

    name: str
    values: tuple[Value, ...]
    cuts: tuple[int, ...]
    weight: int

    @property
    def size(self) -> int:
        return len(self.values) if self.values else len(self.cuts) + 2

    def code(self, value: Value | None) -> int:
        """The code of a value; None is an unknown count. Raises ValueError for a value that the fact cannot take."""
        if self.values:
            return self.values.index(value)
        if value is None:
            return 0
        if not isinstance(value, int):
            raise ValueError(f"{self.name}: {value!r} is no count")
        return 1 + sum(value >= cut for cut in self.cuts)


class DueRule(msgspec.Struct, frozen=True):
    """When a duty is due: the last day of another fact, or a deadline, and later `days` after `since`."""

    name: str
    until_of: str | None = None
    deadline: date | None = None
    days: int = 0

    def day(self, since: date, until: date | None) -> date | None:
        """The due day of a duty open since `since`; `until` is the last day of the fact `until_of`."""
        if self.until_of is not None:
            return until
        if self.deadline is None or since <= self.deadline:
            return self.deadline
        return since + timedelta(days=self.days)


class Row(msgspec.Struct, frozen=True):
    """One row of `statuses` or `duties`. `number` counts from 1 in its table; `text`: its conditions in words."""

    number: int
    value: str
    clause: str
    text: str
    due: str = "none"
    responsible: str = ""
    supporting: str = ""


class Cell(msgspec.Struct, frozen=True):
    """One answer of the table: both rows that decided."""

    status: str
    duty: str
    due: str
    status_clause: str
    duty_clause: str
    status_row: int
    duty_row: int


class RuleSet(msgspec.Struct, frozen=True):
    """A compiled rule set: `cells[table[index]]` answers the facts packed to `index` (sum of code × weight)."""

    name: str
    document: str
    title: str
    start: date
    parameters: dict[str, Parameter]
    clauses: dict[str, str]
    facts: dict[str, Fact]
    dues: dict[str, DueRule]
    statuses: tuple[Row, ...]
    duties: tuple[Row, ...]
    cells: tuple[Cell, ...]
    table: array[int]

    def index(self, **facts: Value | None) -> int:
        """Pack values of all facts. Raises KeyError for an unknown fact, ValueError for a value it cannot take."""
        return sum(self.facts[name].code(value) * self.facts[name].weight for name, value in facts.items())

    def cell(self, index: int) -> Cell:
        return self.cells[self.table[index]]

    def number(self, name: str) -> int:
        """A whole-number parameter. Raises KeyError when there is none of that name, TypeError when it is no number."""
        value = self.parameters[name].value
        if not isinstance(value, int):
            raise TypeError(f"{self.name}: parameter {name} is {value!r}, not a number")
        return value
