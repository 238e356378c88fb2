"""Workbooks, new and old: what kind of cell each is, which sheet is taken, where rows stand."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.unit.tabular.files import HEADER, book_file, repacked, rows_file, rows_of
from tests.unit.tabular.xls_files import Day, Fault, Formula, write_xls
from xianfeng.tabular import Kind, Span, open_table
from xianfeng.tabular.cells import LONGEST_CELL
from xianfeng.tabular.marks import Marks
from xianfeng.tabular.values import number_text
from xianfeng.tabular.xlsx_marks import sheet_marks
from xianfeng.tabular.xlsx_walk import walked_marks

SHEET = "xl/worksheets/sheet1.xml"


def mixed(book: Workbook, sheet: Worksheet) -> None:
    day, time = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy/m/d h:mm"})
    sheet.write_row(2, 1, ["文本", 914101001700361, 9.14101001700361e17, 1.5, True])
    sheet.write_datetime(2, 6, date(2021, 2, 3), day)
    sheet.write_datetime(2, 7, datetime(2021, 2, 3, 4, 5), time)
    sheet.write_formula(2, 8, "=1+1", None, 2)
    sheet.write_formula(2, 9, "=NA()", None, "#N/A")
    sheet.write_formula(2, 10, '="甲"', None, "甲")
    sheet.write_string(2, 11, "尾")


def test_kinds_of_cells(tmp_path: Path) -> None:
    (row,) = rows_of(book_file(tmp_path, mixed))
    assert row.number == 3
    assert row.cells[:8] == (
        "", "文本", "914101001700361", "914101001700361000", "1.5", "TRUE", "2021-02-03", "2021-02-03 04:05:00",
    )  # fmt: skip
    assert [row.kind(index).value for index in range(1, 9)] == [
        "text", "number", "number", "number", "boolean", "date", "date", "formula",
    ]  # fmt: skip
    assert row.untrusted == [(8, Kind.FORMULA), (9, Kind.FORMULA), (10, Kind.FORMULA)]
    assert (row.cell(11), row.cell(99), row.length) == ("尾", "", 12)


def test_values_that_are_errors(tmp_path: Path) -> None:
    """As a program leaves them that pastes formulas as values."""
    path = book_file(tmp_path, lambda _, sheet: sheet.write_formula(0, 1, "=NA()", None, "#N/A"))
    without_formulas = repacked(path, lambda _, content: re.sub(rb"<f>.*?</f>", b"", content))
    assert rows_of(without_formulas)[0].untrusted == [(1, Kind.ERROR)]


def test_all_cells_of_an_array_formula(tmp_path: Path) -> None:
    def fill(_: Workbook, sheet: Worksheet) -> None:
        sheet.write_array_formula(1, 1, 3, 1, "{=A1:A3}", None, 5)
        sheet.write_number(2, 1, 6)
        sheet.write_string(2, 0, "甲")

    rows = {row.number: row for row in rows_of(book_file(tmp_path, fill))}
    assert [rows[number].untrusted for number in (2, 3, 4)] == [[(1, Kind.FORMULA)]] * 3


def test_the_first_visible_sheet_with_content_is_taken_and_the_others_named(tmp_path: Path) -> None:
    path = tmp_path / "多表.xlsx"
    with Workbook(str(path)) as book:
        for name, text, hidden in (
            ("封面", "", False),
            ("字典", "x", True),
            ("台账", "甲", False),
            ("附表", "乙", False),
        ):
            sheet = book.add_worksheet(name)
            if text:
                sheet.write_string(0, 0, text)
            if hidden:
                sheet.hide()
    with open_table(path) as table:
        assert (table.format, table.sheet, table.other_sheets) == ("xlsx", "台账", ("附表",))
        assert next(table.rows()).cells == ("甲",)
    with open_table(path, sheet="字典") as table:
        assert (table.sheet, table.other_sheets) == ("字典", ("台账", "附表"))


def test_merged_cells_are_told(tmp_path: Path) -> None:
    path = book_file(tmp_path, lambda _, sheet: sheet.merge_range(0, 1, 1, 2, "组建形式"))
    with open_table(path) as table:
        assert table.merged == (Span(1, 1, 2, 2),)


def test_styled_rows_without_content_are_no_rows(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_string(0, 0, "企业名称")
        for row in range(1, 3000):
            sheet.write_blank(row, 9, None, book.add_format({"bold": True}))

    with open_table(book_file(tmp_path, fill)) as table:
        assert table.lines == 1
        assert [row.cells for row in table.rows()] == [("企业名称",)]


def test_a_cell_beyond_the_limit(tmp_path: Path) -> None:
    path = rows_file(tmp_path, [HEADER, ("甲", "长", "")])
    longer = ("长" * (LONGEST_CELL + 1)).encode()
    row = rows_of(repacked(path, lambda _, content: content.replace("长".encode(), longer)))[1]
    assert (row.cell(0), row.untrusted) == ("甲", [(1, Kind.TOO_LONG)])


def prefixed(content: bytes) -> bytes:
    named = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", content.partition(b"?>")[2])
    return named.replace(b"xmlns=", b"xmlns:x=", 1)


def without_places(content: bytes) -> bytes:
    return re.sub(rb'<(c|row) r="\w+"', rb"<\1", content)


def marks_of(path: Path) -> tuple[Marks, Marks]:
    with zipfile.ZipFile(path) as book:
        with book.open(SHEET) as part:
            walked = walked_marks(part)
        return sheet_marks(book, SHEET), walked


@pytest.mark.parametrize("change", [bytes, prefixed, without_places])
def test_marks_do_not_depend_on_how_the_part_is_written(change: object, tmp_path: Path) -> None:
    def fill(_: Workbook, sheet: Worksheet) -> None:
        for row in range(5000):
            sheet.write_row(row, 0, [f"第{row}行", row])
            sheet.write_formula(row, 2, f"=B{row + 1}*2", None, row * 2)

    path = repacked(book_file(tmp_path, fill), lambda name, content: change(content) if name == SHEET else content)  # type: ignore[operator]
    found, walked = marks_of(path)
    assert found == walked
    assert (found.rows, found.last_row, found.last_column) == (5000, 5000, 2)
    assert all(found.of(row) == {2: Kind.FORMULA} for row in (1, 2500, 5000))


def test_old_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "企业.xls"
    rows = [
        ["企业名称", "代码", "日期"],
        ["中原物业", 914101001700361.0, Day(44230)],
        [None, Formula(3.5), Fault()],
        [],
        ["是", True],
    ]
    write_xls(path, {"字典": [["x"]], "企业": rows, "附表": [["y"]]}, hidden=["字典"], merged=[(0, 1, 0, 0)])
    with open_table(path) as table:
        assert (table.format, table.sheet, table.other_sheets, table.lines) == ("xls", "企业", ("附表",), 4)
        assert table.merged == (Span(1, 0, 2, 0),)
        _, second, third, last = table.rows()
    assert second.cells == ("中原物业", "914101001700361", "2021-02-03")
    assert second.kinds == {1: Kind.NUMBER, 2: Kind.DATE}
    assert third.untrusted == [(1, Kind.FORMULA), (2, Kind.ERROR)]
    assert (last.number, last.cell(1), last.kind(1)) == (5, "TRUE", Kind.BOOLEAN)


def test_an_old_workbook_of_many_rows(tmp_path: Path) -> None:
    """Long enough for its allocation table to take several sectors."""
    write_xls(tmp_path / "大.xls", {"企业": [[f"第{i}家", float(i)] for i in range(9000)]})
    rows = rows_of(tmp_path / "大.xls")
    assert (len(rows), rows[-1].cells) == (9000, ("第8999家", "8999"))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-3.0, "-3"), (0.1 + 0.2, "0.30000000000000004"), (914101001700361.0, "914101001700361"),
     (9.14101001700361e17, "914101001700361000"), (1e-7, "0.0000001"), (1e22, "1" + "0" * 22)],
)  # fmt: skip
def test_numbers_keep_their_digits(value: float, text: str) -> None:
    assert number_text(value) == text
