"""A row as a table hands it out: texts, and what kind of cell each was where that matters."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from xianfeng.words import say

__all__ = ["CUT", "LONGEST_CELL", "CellFault", "Kind", "Row", "cell_fault"]

LONGEST_CELL = 32_767
"""Characters a cell may hold: the limit of the spreadsheet programs themselves."""

CUT = 60
"""Characters kept of a cell that is too long, enough to recognise it by."""

NO_KINDS: Mapping[int, Kind] = MappingProxyType({})


class Kind(StrEnum):
    """What a cell was. Numbers, days and truth values come as exact text; the last five are not to be trusted."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    FORMULA = "formula"
    ERROR = "error"
    TOO_LONG = "too-long"
    DAMAGED = "damaged"
    UNCLOSED = "unclosed"

    @property
    def trusted(self) -> bool:
        """Whether the text is what the office wrote: not computed, cut, damaged or swallowed by a quotation mark."""
        return self in TRUSTED


TRUSTED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.BOOLEAN})


class Row(NamedTuple):
    """One row. `number` is what a spreadsheet program shows beside it, from 1; `kinds` lists what is not text."""

    number: int
    cells: tuple[str, ...]
    kinds: Mapping[int, Kind] = NO_KINDS

    def cell(self, index: int) -> str:
        """The text at a column's index, from 0; empty beyond the row's end."""
        return self.cells[index] if index < len(self.cells) else ""

    def kind(self, index: int) -> Kind:
        """The kind of cell at a column's index."""
        return self.kinds.get(index, Kind.TEXT)

    @property
    def untrusted(self) -> list[tuple[int, Kind]]:
        """The cells whose value must not be used, by column."""
        return sorted((index, kind) for index, kind in self.kinds.items() if not kind.trusted)

    @property
    def length(self) -> int:
        """Columns up to the last one that is not empty."""
        return next((i + 1 for i in range(len(self.cells) - 1, -1, -1) if self.cells[i].strip()), 0)


class CellFault(NamedTuple):
    """Why a cell's value cannot be used, and what to do about it; both for people."""

    reason: str
    remedy: str


def cell_fault(kind: Kind) -> CellFault:
    """What to say of a cell of this kind; only for kinds that are not trusted."""
    if kind.trusted:
        raise ValueError(f"a cell of kind {kind} has no fault: ask only for kinds that are not trusted")
    key = f"tabular.cell.{kind}"
    return CellFault(say(f"{key}.reason", most=LONGEST_CELL), say(f"{key}.remedy"))
