"""What a sheet's cells are beyond their values, and how far they reach; the value reader does not say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from xianfeng.tabular.cells import Kind

__all__ = ["Marks", "Span"]


class Span(NamedTuple):
    """A rectangle of cells, all four sides included: rows as they are numbered (from 1), columns by index."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def columns(self, row: int) -> range:
        """The columns that it covers in a row."""
        inside = self.first_row <= row <= self.last_row
        return range(self.first_column, self.last_column + 1) if inside else range(0)


@dataclass(slots=True)
class Marks:
    """Formula and error cells by row number; `rows` hold a value; the last row (from 1) and column (index) that do."""

    kinds: dict[int, dict[int, Kind]] = field(default_factory=dict)
    arrays: list[Span] = field(default_factory=list)
    rows: int = 0
    last_row: int = 0
    last_column: int = -1

    def mark(self, row: int, column: int, kind: Kind) -> None:
        """Note a cell's kind; a formula that shows an error is a formula."""
        self.kinds.setdefault(row, {}).setdefault(column, kind)

    def value_at(self, row: int, column: int) -> None:
        """Note that a cell holds something; cells come row by row."""
        if row != self.last_row:
            self.rows += 1
            self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)

    def of(self, row: int) -> dict[int, Kind]:
        """The marked cells of a row."""
        found = dict(self.kinds.get(row, ()))
        for span in self.arrays:
            found |= dict.fromkeys(span.columns(row), Kind.FORMULA)
        return found
