"""Headings: found below titles, known by any way to write them, joined from several rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.unit.tabular.files import book_file
from xianfeng.tabular import Header, Row, Unreadable, find_header, join_headers, open_table

KNOWN = {
    "企业名称": "name",
    "名称": "name",
    "统一社会信用代码": "code",
    "注册资金(万元)": "capital",
    "成立日期": "founded",
}


def rows(*lines: str) -> list[Row]:
    return [Row(number, tuple(line.split(","))) for number, line in enumerate(lines, 1) if line]


def test_titles_above_are_passed_over() -> None:
    table = rows("企业名录", "", "截至,2021年9月", "序号,企业名称,统一社会信用代码", "1,甲,91")
    header = find_header(table, KNOWN)
    assert (header.number, header.columns) == (4, {"name": 1, "code": 2})
    assert header.unknown == ("序号",)
    assert header.missing(["code", "founded"]) == ["founded"]
    assert [row.cells for row in header.below(table)] == [("1", "甲", "91")]


@pytest.mark.parametrize(
    "heading", ["注册资金（万元）", " 注册 资金(万元)：", "*注册资金\n（万元）", "\ufeff注册资金（万元) "]
)
def test_headings_are_known_however_they_are_written(heading: str) -> None:
    assert find_header(rows(f"企业名称,{heading}"), KNOWN).columns["capital"] == 1


def test_of_two_columns_for_one_thing_the_first_counts_and_the_other_is_told() -> None:
    header = find_header(rows("企业名称,名称,统一社会信用代码"), KNOWN)
    assert (header.columns["name"], header.repeated) == (0, ("名称",))


def test_no_headings_within_the_first_rows() -> None:
    with pytest.raises(Unreadable) as refused:
        find_header(rows(*["a,b"] * 30, "企业名称,统一社会信用代码"), KNOWN)
    assert refused.value.reason == "no-header"
    assert "企业名称" in refused.value.message


@pytest.mark.parametrize(
    ("line", "misfit"),
    [("甲,91,1", None), ("甲,91", "short"), ("甲,91,1,x", "long"), ("甲,91,1,, ", None), ("甲,,", None)],
)
def test_rows_shorter_and_longer_than_the_headings(line: str, misfit: str | None) -> None:
    header: Header = find_header(rows("企业名称,统一社会信用代码,成立日期,"), KNOWN)
    assert header.misfit(rows(line)[0]) == misfit


JOINED = (
    "序号", "企业名称", "组建形式/单独建立", "组建形式/联合建立", "未建立原因/没有党员", "未建立原因/其他/说明",
    "未建立原因/其他/日期", "备注",
)  # fmt: skip


def merged_headings(book: Workbook, sheet: Worksheet) -> None:
    plain = book.add_format()
    sheet.merge_range(0, 0, 0, 7, "企业党建工作台账")
    for column, name in ((0, "序号"), (1, "企业 名称"), (7, "备注")):
        sheet.merge_range(1, column, 3, column, name)
    sheet.merge_range(1, 2, 1, 3, "组建形式")
    sheet.merge_range(1, 4, 1, 6, "未建立原因")
    for column, name in ((2, "单独建立"), (3, "联合建立"), (4, "没有党员")):
        sheet.merge_range(2, column, 3, column, name)
    sheet.merge_range(2, 5, 2, 6, "其他")
    sheet.write_row(3, 5, ["说明", "日期"], plain)


def test_merged_headings_are_joined(tmp_path: Path) -> None:
    with open_table(book_file(tmp_path, merged_headings)) as table:
        _, *lines = table.rows()
        assert join_headers(lines, table.merged) == JOINED


def test_headings_without_merged_cells_reach_to_the_right() -> None:
    lines = rows(
        "序号,企业名称,组建形式,,未建立原因,,,备注",
        ",,单独建立,联合建立,没有党员,其他,,",
        ",,,,,说明,日期,",
    )
    assert join_headers(lines) == JOINED


def test_a_heading_does_not_reach_under_another() -> None:
    assert join_headers(rows("甲,乙,", "一,,二")) == ("甲/一", "乙", "乙/二")
