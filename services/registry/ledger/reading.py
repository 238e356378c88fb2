"""Rows of a ledger as what they state: of an own workbook by what was exported, of a foreign one by a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.registry.ledger.columns import Columns
from services.registry.ledger.fields import IDENTITY, Values
from services.registry.ledger.mapping import Mapping
from services.registry.ledger.plan import fault
from services.registry.ledger.values import is_ticked, read_cell
from services.registry.ledger.words import heading, shown
from xianfeng.privacy import holds_personal_number
from xianfeng.refusal import Refused
from xianfeng.tabular import Reject, Row, cell_fault, plain

if TYPE_CHECKING:
    from xianfeng.tabular import Table

__all__ = ["Statement", "reject", "statements"]


@dataclass
class Statement:
    """One row. `row` is as the file has it; `said` and `version` are those of the export, if it is from one."""

    row: Row
    name: str = ""
    code: str = ""
    subject: str = ""
    version: int = 0
    stated: Values = field(default_factory=dict)
    said: Values = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.row.number

    def take(self, key: str, index: int, value: str) -> None:
        """Read a cell as the value of a field; what is wrong with it is a reject of the row."""
        kind = self.row.kind(index)
        if not kind.trusted:
            told = cell_fault(kind)
            self.rejects.append(reject(key, value, told.reason, told.remedy))
            return
        try:
            if read := read_cell(key, value):
                self.stated[key] = read
        except Refused as wrong:
            self.rejects.append(reject(key, value, wrong.message, wrong.remedy))


def reject(key: str, value: str, reason: str, remedy: str) -> Reject:
    """A fault of a cell; a value that holds a person's number is not repeated."""
    return Reject(heading(key), "" if holds_personal_number(value) else plain(value), reason, remedy)


def statements(table: Table, columns: Columns, mapping: Mapping) -> Iterator[Statement | Row]:
    """The rows below the headings; a line that is no row of the ledger (a sum, who filled it in) as it is."""
    for row in table.rows():
        if row.number <= columns.last:
            continue
        first = next((cell for cell in row.cells if cell.strip()), "")
        blank = not any(row.cell(index).strip() for index in columns.read)
        yield row if blank or mapping.is_end(first) else _statement(row, columns)


def _statement(row: Row, columns: Columns) -> Statement:
    found = Statement(row)
    for index, key in columns.cells.items():
        if key in IDENTITY:
            _identify(found, key, index)
        else:
            found.take(key, index, row.cell(index))
    _read_ticks(found, columns)
    return found


def _identify(found: Statement, key: str, index: int) -> None:
    kind, text = found.row.kind(index), plain(found.row.cell(index))
    if not kind.trusted:
        told = cell_fault(kind)
        found.rejects.append(reject(key, text, told.reason, told.remedy))
    setattr(found, key, text.upper() if key == "code" else text)


def _read_ticks(found: Statement, columns: Columns) -> None:
    ticked: dict[str, list[str]] = {}
    for index, tick in columns.ticks.items():
        text, kind = found.row.cell(index), found.row.kind(index)
        try:
            if not kind.trusted:
                told = cell_fault(kind)
                found.rejects.append(reject(tick.field, text, told.reason, told.remedy))
            elif is_ticked(columns.names[index], text):
                ticked.setdefault(tick.field, []).append(tick.value)
        except Refused as wrong:
            found.rejects.append(reject(tick.field, text, wrong.message, wrong.remedy))
    for key, values in ticked.items():
        if len(set(values)) == 1:
            found.stated[key] = values[0]
        else:
            options = "、".join(shown(key, value) for value in values)
            several = fault("two-options", group=heading(key), options=options)
            found.rejects.append(reject(key, options, several.message, several.remedy))
