"""The columns of a foreign ledger by a mapping: read as which field, about persons, or left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from services.registry.ledger.fields import IDENTITY
from services.registry.ledger.mapping import Mapping, Tick
from services.registry.ledger.plan import fault
from services.registry.ledger.words import heading, shown
from xianfeng.tabular import Row, header_name, join_headers

if TYPE_CHECKING:
    from xianfeng.tabular import Table

__all__ = ["Columns", "find_columns"]

_WITHIN = 30


@dataclass(frozen=True)
class Columns:
    """By index. `last` is the number of the last row of headings; `unread`: heading → why, empty where nobody said."""

    last: int
    names: tuple[str, ...]
    cells: dict[int, str]
    ticks: dict[int, Tick]
    persons: tuple[int, ...]
    unread: dict[int, str]

    @property
    def read(self) -> list[int]:
        """The columns that are read at all."""
        return sorted({*self.cells, *self.ticks})

    def meaning(self, index: int) -> tuple[str, str]:
        """The field as which a column is read, in words, and the value that a tick in it means; empty for others."""
        tick = self.ticks.get(index)
        return (heading(tick.field), shown(tick.field, tick.value)) if tick else (heading(self.cells[index]), "")


def find_columns(table: Table, mapping: Mapping) -> Columns:
    """Find the headings, below whatever title there is. Raises Refused when there are none, or one stands twice."""
    rows = list(islice(table.rows(), _WITHIN))
    wanted = [header_name(key) for key, field in mapping.columns.items() if field in IDENTITY]
    for row in rows:
        if any(_ends_with(header_name(cell), key) for cell in row.cells for key in wanted):
            found = [_columns(table, mapping, rows, *place) for place in _places(row.number, mapping.header_rows)]
            best = max(found, key=lambda columns: (len(columns.read), columns.last))
            _require_once(best.names, best.cells)
            return best
    raise fault("no-headings", within=_WITHIN, title=mapping.title)


def _places(number: int, depth: int) -> list[tuple[int, int]]:
    """Where the headings may begin, and in how many rows: the enterprise's name may stand in any of them.

    What was rejected comes back with its headings joined in one row.
    """
    return [(number, 1), *((first, depth) for first in range(number - depth + 1, number + 1) if depth > 1)]


def _columns(table: Table, mapping: Mapping, rows: Sequence[Row], first: int, depth: int) -> Columns:
    headings = [row for row in rows if first <= row.number < first + depth]
    names = join_headers(headings, table.merged)
    persons = tuple(index for index, name in enumerate(names) if name and mapping.is_person(name))
    told = {index for index, name in enumerate(names) if name and index not in persons}
    cells = {index: field for key, field in mapping.columns.items() for index in _matching(names, told, key)}
    ticks = {index: tick for key, tick in mapping.ticks.items() for index in _matching(names, told, key)}
    rest = sorted(told - cells.keys() - ticks.keys())
    reasons = {index: why for key, why in mapping.unread.items() for index in _matching(names, set(rest), key)}
    return Columns(first + depth - 1, names, cells, ticks, persons, {index: reasons.get(index, "") for index in rest})


def _matching(names: Sequence[str], among: set[int], key: str) -> list[int]:
    key = header_name(key)
    return [index for index in among if _ends_with(names[index], key)]


def _ends_with(name: str, key: str) -> bool:
    return name == key or name.endswith(f"/{key}")


def _require_once(names: Sequence[str], cells: dict[int, str]) -> None:
    for field in cells.values():
        bearing = [names[index] for index, other in cells.items() if other == field]
        if len(bearing) > 1:
            raise fault("two-columns", column=heading(field), names="、".join(bearing))
