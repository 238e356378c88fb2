"""What the tests take for the words of an answer."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter

from tests.fixtures.wording import forbidden_in, foreign_in, words_of_page, words_of_workbook


def test_a_page_says_what_is_shown_and_what_is_read_out() -> None:
    page = '<title>总览</title><style>排名</style><p title="说明">一<b>二</b></p><script>"排行"</script><input placeholder="名称">'
    assert words_of_page(page.encode()) == "总览\n说明\n一\n二\n名称"


def test_a_workbook_says_the_names_and_cells_of_its_sheets() -> None:
    kept = BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        book.add_worksheet("名单").write_row(0, 0, ["企业", 3])
    assert words_of_workbook(kept.getvalue()) == "名单\n企业\n3.0"


def test_words_that_the_field_avoids_are_found_with_what_is_said_instead() -> None:
    assert forbidden_in("本月排名") == {"排名": "情况汇总"}
    assert not forbidden_in("撤销后由上级党组织转隶")


def test_names_of_rates_formats_and_codes_are_not_foreign_words() -> None:
    assert not foreign_in("R3a 应建已建率，导出 XLSX 或 PDF，代码 91410105MA0000001X，规则 henan-2021-203")
    assert foreign_in("状态 active，滞后 3 s，from-here") == {"active", "from-here"}
