"""An export as a table: which column is what, the export's day, and each row ours or at fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import TracebackType

from services.registry.feed.faults import Fault, cut
from services.registry.feed.normalising import normalise
from services.registry.feed.rows import RegistryRow
from services.registry.feed.vocabulary import columns, is_person
from xianfeng.tabular import Header, Kind, NotADay, Row, cell_fault, day_of, find_header, open_table, plain

__all__ = ["Export", "Read"]

_TITLE_ROWS = 20
_OWN_DAY = re.compile(r"(?:导出|数据|统计|截止|截至|生成|制表)(?:日期|时间|日)?[:： ]*(\d{4}\D?\d{1,2}\D?\d{1,2}日?)")

Read = tuple[Row, RegistryRow | list[Fault]]
"""A row of the file, and what it says in our words, or what is wrong with it."""


class Export:
    """An open export. Raises Unreadable when the file is none, or has no heading that is known."""

    def __init__(self, path: Path) -> None:
        self._table = open_table(path)
        try:
            self.header: Header = find_header(self._table.rows(), columns())
        except BaseException:
            self._table.__exit__(None, None, None)
            raise
        self.lines = self._table.lines
        self.persons = [name for name in self.header.names if is_person(name)]
        self.ignored = [name for name in self.header.unknown if name and not is_person(name)]
        self._of_persons = {at for at, name in enumerate(self.header.names) if is_person(name)}

    def __enter__(self) -> Export:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._table.__exit__(kind, error, trace)

    @property
    def of_persons(self) -> set[int]:
        """Indexes of the columns that are never read nor copied."""
        return set(self._of_persons)

    def missing(self) -> list[str]:
        """Columns without which no row can be taken."""
        return [str(name) for name in self.header.missing(("code", "name"))]

    def own_day(self) -> date | None:
        """The export's day where the file says it above the header."""
        for row in self._table.rows():
            if row.number >= self.header.number or row.number > _TITLE_ROWS:
                return None
            for cell in row.cells:
                if found := _OWN_DAY.search(plain(cell)):
                    with suppress(NotADay):
                        return day_of(found[1])
        return None

    def rows(self) -> Iterator[Read]:
        """Each row below the header; may be called again."""
        for row in self.header.below(self._table.rows()):
            yield row, self._read(row)

    def heading(self, column: str) -> str:
        """The file's own heading of a column; what is none stays as it is."""
        at = self.header.columns.get(column)
        return column if at is None else self.header.names[at]

    def _read(self, row: Row) -> RegistryRow | list[Fault]:
        if misfit := self.header.misfit(row):
            names, detail = self.header.names, f"{row.length}/{self.header.width}"
            heading = names[row.length] if row.length < len(names) else ""
            return [Fault(row.number, heading, "", f"row-{misfit}", detail)]
        if row.kinds and (faults := list(self._untrusted(row))):
            return faults
        cells, width = row.cells, len(row.cells)
        return normalise(row.number, {name: cells[at] for name, at in self.header.columns.items() if at < width})

    def _untrusted(self, row: Row) -> Iterator[Fault]:
        kept = {at: column for column, at in self.header.columns.items()}
        for at, kind in row.untrusted:
            if at in kept or kind is Kind.TOO_LONG:
                told = "" if at in self._of_persons else cut(row.cell(at)[:100])
                heading = self.header.names[at] if at < len(self.header.names) else ""
                yield Fault(row.number, kept.get(at, heading), told, f"cell-{kind.value}", cell_fault(kind).reason)
        code = self.header.columns.get("code", -1)
        if row.kind(code) is Kind.NUMBER and len(row.cell(code)) > 15:
            yield Fault(row.number, "code", cut(row.cell(code)), "code-number")
