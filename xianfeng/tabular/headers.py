"""Finding the row of headings among a file's first rows, and which column is which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from xianfeng.tabular.cells import Row
from xianfeng.tabular.errors import Unreadable
from xianfeng.tabular.plain import header_name, plain

__all__ = ["Header", "find_header"]

SHOWN = 4


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a table. `names` as written; `columns`: a known column's name to its index.

    `unknown` and `repeated` are headings, as written, that mean nothing to the caller or what an earlier one means.
    """

    number: int
    names: tuple[str, ...]
    columns: Mapping[str, int]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]

    @property
    def width(self) -> int:
        """Columns up to the last heading."""
        return len(self.names)

    def missing(self, required: Iterable[str]) -> list[str]:
        """Those of the required columns that the table lacks."""
        return [column for column in required if column not in self.columns]

    def below(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows after the headings."""
        return (row for row in rows if row.number > self.number)

    def misfit(self, row: Row) -> Literal["short", "long"] | None:
        """Whether a row has fewer cells than there are headings, or content beyond the last of them."""
        if len(row.cells) < self.width:
            return "short"
        return "long" if len(row.cells) > self.width and row.length > self.width else None


def find_header(rows: Iterable[Row], known: Mapping[str, str], *, within: int = 20, at_least: int = 2) -> Header:
    """The row, among the first `within`, that has most known headings; title rows above it are passed over.

    `known` maps each way to write a heading to the column it means. Unreadable (`no-header`) if none has `at_least`.
    """
    named = {header_name(heading): column for heading, column in known.items()}
    best: Header | None = None
    for row in islice(rows, within):
        header = _header(row, named)
        if best is None or len(header.columns) > len(best.columns):
            best = header
    if best is None or len(best.columns) < at_least:
        raise Unreadable("no-header", within=within, least=at_least, examples="、".join(list(known)[:SHOWN]))
    return best


def _header(row: Row, named: Mapping[str, str]) -> Header:
    names = tuple(plain(text) for text in row.cells[: row.length])
    columns: dict[str, int] = {}
    unknown: list[str] = []
    repeated: list[str] = []
    for index, name in enumerate(names):
        column = named.get(header_name(name))
        if column is None:
            unknown += [name] if name else []
        elif column in columns:
            repeated.append(name)
        else:
            columns[column] = index
    return Header(row.number, names, columns, tuple(unknown), tuple(repeated))
