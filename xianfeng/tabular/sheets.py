"""Writing workbooks: text cells, frozen headings, filters, notes and choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_formula, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xianfeng.tabular.cells import LONGEST_CELL
from xianfeng.tabular.whole import whole
from xianfeng.words import say

__all__ = ["ChoiceLists", "Column", "Sheet", "SheetWriter", "new_workbook", "width_of", "write_workbook"]

NARROWEST, WIDEST = 8, 48
A4 = 9
LINE = 15
"""Points of a line in the font that a cell has by itself."""
CHINESE, EDGES, SHORT = 2.1, 1.0, 2.1
"""Digits: of a Chinese character in that font, between a cell's text and its edges, and what a line may be short of."""
PAGE_WIDE = 220
"""Digits beside each other that can still be read when they are printed on one page's width."""
GREY = "#E7E6E6"
TEXT = {"num_format": "@", "text_wrap": True, "valign": "top"}
LAST_ROW = 1_048_575
LONGEST_CHOICES = 255
"""Characters of a list of choices, commas included: the limit of the file format."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, width in digits (by the heading if not given), a note on it, and what may be chosen.

    A locked one is grey: what stands in it is not to be changed.
    """

    name: str
    width: float | None = None
    note: str = ""
    choices: Sequence[str] = ()
    hidden: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: lines above its headings, its columns and their texts."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[str]]
    notices: Sequence[str] = ()
    hidden: bool = False


def write_workbook(path: str | Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets, all cells as text, whole or not at all; Unwritable if the place does not allow it.

    Rows are streamed: memory does not grow with them.
    """
    with whole(Path(path)) as unfinished, new_workbook(unfinished) as book:
        lists = ChoiceLists(book)
        for sheet in sheets:
            writer = SheetWriter(book, sheet, lists)
            for row in sheet.rows:
                writer.add(row)
            writer.finish()


@contextmanager
def new_workbook(unfinished: Path) -> Iterator[Workbook]:
    """An empty workbook that keeps one row in memory; its file is written when the block ends well."""
    with TemporaryDirectory(prefix="xianfeng-") as folder:
        book = Workbook(str(unfinished), {"constant_memory": True, "tmpdir": folder})
        try:
            yield book
            book.close()
        except FileCreateError as fault:
            # The library wraps what the operating system said.
            raise fault.args[0] from None
        finally:
            for sheet in book.worksheets():
                sheet.row_data_fh.close()


class SheetWriter:
    """One sheet being written, row after row, all cells as text: no formula, number or link is made of any."""

    def __init__(self, book: Workbook, sheet: Sheet, lists: ChoiceLists) -> None:
        self.sheet = sheet
        self.lists = lists
        self.page: Worksheet = book.add_worksheet(sheet.name)
        self.text: Format = book.add_format(TEXT)
        self.grey: Format = book.add_format(TEXT | {"bg_color": GREY})
        self.styles = [self.grey if column.locked else self.text for column in sheet.columns]
        self.heading: Format = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "num_format": "@"})
        self.header_row = len(sheet.notices)
        self.next_row = 0
        self.widths = [column.width or width_of(column.name) for column in sheet.columns]
        # Not wrapped: nothing stands at its right, and there it goes on.
        beside: Format = book.add_format({"num_format": "@"})
        for notice in sheet.notices:
            self._write([notice], [beside])
        self._set_up()
        self.add([column.name for column in sheet.columns], [self.heading] * len(sheet.columns))

    def add(self, row: Sequence[str], styles: Sequence[Format] = ()) -> None:
        """Write the next row, as high as its texts: not every program sees to that by itself."""
        lines = max(map(lines_of, row, self.widths), default=1)
        if lines > 1:
            self.page.set_row(self.next_row, LINE * lines)
        self._write(row, styles or self.styles)

    def finish(self) -> None:
        """Set what depends on how many rows there are."""
        last, right = max(self.next_row - 1, self.header_row), len(self.sheet.columns) - 1
        self.page.autofilter(self.header_row, 0, last, right)
        self.page.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(last, right)}"})

    def _set_up(self) -> None:
        self.page.freeze_panes(self.header_row + 1, 0)
        self.page.repeat_rows(self.header_row)
        self.page.set_landscape()
        self.page.set_paper(A4)
        if sum(self.widths) <= PAGE_WIDE:
            self.page.fit_to_pages(1, 0)
        if self.sheet.hidden:
            self.page.hide()
        for index, column in enumerate(self.sheet.columns):
            # Blank cells are text as well, so that a code typed into one keeps its digits.
            self.page.set_column(index, index, self.widths[index], self.styles[index], {"hidden": column.hidden})
            if column.note:
                self.page.write_comment(self.header_row, index, column.note)
            if column.choices:
                self._offer(index, column)

    def _offer(self, index: int, column: Column) -> None:
        source = self.lists.source(column.choices)
        self.page.data_validation(
            self.header_row + 1, index, LAST_ROW, index, {"validate": "list", "source": source, "ignore_blank": True}
        )

    def _write(self, row: Sequence[str], styles: Sequence[Format | None]) -> None:
        for index, (text, style) in enumerate(zip(row, styles, strict=True)):
            if text:
                self.page.write_string(self.next_row, index, shortened(text), style)
        self.next_row += 1


class ChoiceLists:
    """What may be chosen in a column; lists too long for the cell's own rule stand in a hidden sheet, one a row."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.page: Worksheet | None = None
        self.count = 0

    def source(self, choices: Sequence[str]) -> list[str] | str:
        """What a rule for valid input refers to."""
        if len(",".join(choices)) <= LONGEST_CHOICES:
            return list(choices)
        name = say("tabular.choices")
        if self.page is None:
            self.page = self.book.add_worksheet(name)
            self.page.hide()
        for index, choice in enumerate(choices):
            self.page.write_string(self.count, index, choice)
        self.count += 1
        return f"={xl_range_formula(name, self.count - 1, 0, self.count - 1, len(choices) - 1)}"


def shortened(text: str) -> str:
    """The text, cut to what a cell can hold; a cut one ends in an ellipsis."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes at the most in a column of this width, in digits."""
    if CHINESE * len(text) < width - EDGES and "\n" not in text:
        return 1
    return sum(_lines_of(_wide(line, CHINESE), width - EDGES) for line in text.split("\n"))


def _lines_of(wide: float, room: float) -> int:
    """No line begins with a comma or ends with a bracket, so each but the last may be some characters short."""
    return 1 if wide <= room else ceil(wide / max(room - SHORT, CHINESE))


def _wide(text: str, chinese: float = 2) -> float:
    return sum(1 if character.isascii() else chinese for character in text)


def width_of(name: str) -> float:
    """A column's width by its heading: a Chinese character takes two digits' room."""
    return float(min(max(_wide(name) + 4, NARROWEST), WIDEST))
