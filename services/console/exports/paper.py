"""What goes out on paper: one description of a list or a form, for the workbook, the print page and the PDF alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from xianfeng.words import say

__all__ = ["Column", "Group", "Kind", "Paper", "Table", "Told", "columns", "groups", "pairs"]

Kind = Literal["text", "code", "day", "number", "label"]
Told = tuple[str, float, Kind]
"""A column by its key in the catalogue, its width and what stands in it."""
LABEL_WIDTH, VALUE_WIDTH = 18.0, 40.0


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the heading, below a group written ``group/name``. `width` in digits: a Chinese character takes two.

    A `label` says what the cell beside it is: it looks like a heading.
    """

    name: str
    width: float = 14.0
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts in the order of the columns. `name` is short: a workbook's sheet bears it.

    `lead` stands above it, `notes` below. Without `headed` no names of columns are shown: the cells explain themselves.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    lead: Sequence[str] = ()
    headed: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. `kind` and `unit` (an id) are for the log of exports, `day` is what it shows.

    `notices` stand below the title on every page. `cover`: lines of a first page, which then bears the signatures.
    `back` is the address of the page it was made from. `upright` is A4 portrait; a `single` one keeps to one page.
    """

    kind: str
    title: str
    unit: str
    day: str
    notices: Sequence[str]
    tables: Sequence[Table]
    back: str
    demonstration: bool
    upright: bool = False
    single: bool = False
    cover: Sequence[str] = ()

    @property
    def rows(self) -> int:
        return sum(len(table.rows) for table in self.tables)

    def texts(self) -> Iterator[str]:
        """Everything that is filled in."""
        yield from (self.title, *self.cover, *self.notices)
        for table in self.tables:
            yield from (*table.lead, *table.notes)
            for row in table.rows:
                yield from row


def columns(room: str, told: Sequence[Told]) -> list[Column]:
    """The columns whose headings stand in this room of the catalogue."""
    return [Column(say(f"{room}.{name}"), width, kind) for name, width, kind in told]


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring columns under one heading; a column without a group stands alone under the empty one."""

    name: str
    columns: Sequence[Column]


def groups(columns: Sequence[Column]) -> list[Group]:
    """The columns by their groups, in order."""
    found: list[Group] = []
    for name, run in groupby(columns, key=lambda column: column.name.rpartition("/")[0]):
        members = list(run)
        found += [Group(name, members)] if name else [Group("", [one]) for one in members]
    return found


def pairs(name: str, facts: Sequence[tuple[str, str]], beside: int = 2) -> Table:
    """Labels with their values as a form shows them, so many of them beside each other."""
    columns = [Column("", LABEL_WIDTH, "label"), Column("", VALUE_WIDTH)] * beside
    cells = [text for fact in facts for text in fact]
    cells += [""] * (-len(cells) % len(columns))
    rows = [tuple(cells[place : place + len(columns)]) for place in range(0, len(cells), len(columns))]
    return Table(name, columns, rows, headed=False)
