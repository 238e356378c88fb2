"""Text files: encodings, delimiters, numbers of rows, and what is wrong with single cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.tabular.files import HEADER, cells_of, rows_of, text_file
from xianfeng.tabular import Kind, cell_fault, digest, open_table
from xianfeng.tabular.cells import LONGEST_CELL
from xianfeng.tabular.limits import LARGEST_FIELD

ROWS = [HEADER, ("中原物业服务有限公司", "91410100170036137J", "1992-10-30")]


def joined(delimiter: str = ",", end: str = "\n") -> str:
    return "".join(delimiter.join(row) + end for row in ROWS)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("gb18030", "gb18030"), ("gbk", "gb18030")],
)
def test_encoding_is_told_from_the_content(encoding: str, told: str, tmp_path: Path) -> None:
    path = text_file(tmp_path, joined(), encoding=encoding)
    with open_table(path) as table:
        assert table.encoding == told
        assert [row.cells for row in table.rows()] == ROWS


def test_utf_16_of_the_other_order(tmp_path: Path) -> None:
    assert cells_of(text_file(tmp_path, b"\xfe\xff" + joined().encode("utf-16-be"))) == ROWS


def test_rare_characters_of_gb18030(tmp_path: Path) -> None:
    """𠮷 needs four bytes; the file also has a line break right after a character of two."""
    assert cells_of(text_file(tmp_path, "名称,地\n𠮷物业,郑州\n", encoding="gb18030"))[1] == ("𠮷物业", "郑州")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str, tmp_path: Path) -> None:
    path = text_file(tmp_path, f'"说明,一;二"{end}' + joined(delimiter, end))
    with open_table(path) as table:
        assert table.delimiter == delimiter
        assert [row.cells for row in table.rows()][1:] == ROWS


def test_a_title_above_does_not_decide_the_delimiter(tmp_path: Path) -> None:
    assert cells_of(text_file(tmp_path, "企业名录;截至九月\n" + joined()))[1:] == ROWS


def test_lists_in_cells_do_not_decide_the_delimiter(tmp_path: Path) -> None:
    path = text_file(tmp_path, "企业名称,经营范围\n甲,物业管理;保洁;绿化;停车\n乙,保洁;绿化;停车\n")
    assert [len(cells) for cells in cells_of(path)] == [2, 2, 2]


def test_numbers_are_those_a_spreadsheet_program_shows(tmp_path: Path) -> None:
    path = text_file(tmp_path, '名称,地址\n\n甲,"一\n二"\n ,\t\n乙,三')
    assert [(row.number, row.cells[0]) for row in rows_of(path)] == [(1, "名称"), (3, "甲"), (5, "乙")]


def test_rows_may_be_read_again(tmp_path: Path) -> None:
    with open_table(text_file(tmp_path, joined())) as table:
        assert list(table.rows()) == list(table.rows())


def test_a_cell_of_ten_megabytes_costs_its_own_row(tmp_path: Path) -> None:
    path = text_file(tmp_path, "名称,地址\n" + "甲" * (10 * 1024**2) + ",郑州\n乙,洛阳\n")
    _, long, good = rows_of(path)
    assert long.untrusted == [(0, Kind.TOO_LONG)]
    assert len(long.cell(0)) < 100
    assert (good.number, good.cells, good.untrusted) == (3, ("乙", "洛阳"), [])


@pytest.mark.parametrize("quote", ['"', ""])
def test_a_cell_beyond_any_limit(quote: str, tmp_path: Path) -> None:
    path = text_file(tmp_path, "名称,地址\n" + f"{quote}{'a' * (LARGEST_FIELD + 1)}{quote},郑州\n乙,洛阳\n")
    _, long, good = rows_of(path)
    assert (long.untrusted, long.cell(1)) == ([(0, Kind.TOO_LONG)], "郑州")
    assert good.cells == ("乙", "洛阳")


def test_the_longest_cell_is_taken(tmp_path: Path) -> None:
    text = "甲" * LONGEST_CELL
    assert rows_of(text_file(tmp_path, f"{text},1\n"))[0].cells == (text, "1")


def test_a_quotation_mark_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    path = text_file(tmp_path, '名称,地址,区\n甲,"一,金水\n乙,"二",中原\n丙,三,二七\n')
    _, broken, *good = rows_of(path)
    assert (broken.number, broken.cell(0), broken.untrusted) == (2, "甲", [(1, Kind.UNCLOSED)])
    assert [row.cells for row in good] == [("乙", "二", "中原"), ("丙", "三", "二七")]


def test_a_stray_mark_and_one_that_happens_to_close_it(tmp_path: Path) -> None:
    """Read as the program that wrote it may, rows 2 to 4 would be one row of three good cells."""
    path = text_file(tmp_path, '名称,地址,区\n甲,"一,金水\n乙,三,二七\n"丙",四,中原\n')
    assert [(row.number, row.cell(0), bool(row.untrusted)) for row in rows_of(path)] == [
        (1, "名称", False), (2, "甲", True), (3, "乙", False), (4, "丙", False),
    ]  # fmt: skip


def test_marks_within_a_line_are_taken_as_they_stand(tmp_path: Path) -> None:
    path = text_file(tmp_path, '名称,地址\n"中原"物业,郑州\n金"水"物业,洛阳\n')
    assert cells_of(path)[1:] == [("中原物业", "郑州"), ('金"水"物业', "洛阳")]


def test_many_stray_marks(tmp_path: Path) -> None:
    rows = rows_of(text_file(tmp_path, '甲,"一\n' * 20_000))
    assert len(rows) == 20_000
    assert all(row.untrusted == [(1, Kind.UNCLOSED)] for row in rows)


def test_an_unclosed_mark_in_the_last_line(tmp_path: Path) -> None:
    *_, last = rows_of(text_file(tmp_path, '名称,地址\n甲,一\n乙,"二'))
    assert (last.number, last.cells, last.untrusted) == (3, ("乙", "二"), [(1, Kind.UNCLOSED)])


def test_bytes_that_are_not_text_spoil_one_cell(tmp_path: Path) -> None:
    lines = "".join(f"第{i}物业有限公司,郑州市\n" for i in range(9)).encode()
    *good, spoilt = rows_of(text_file(tmp_path, lines + "坏".encode()[:2] + ",洛阳市\n".encode()))
    assert spoilt.untrusted == [(0, Kind.DAMAGED)]
    assert not any(row.untrusted for row in good)


def test_nul_bytes_and_lost_characters_spoil_their_cells(tmp_path: Path) -> None:
    _, nul, lost = rows_of(text_file(tmp_path, "企业名称,企业地址\n甲\0物业,郑州\n乙\ufffd,洛阳\n"))
    assert (nul.untrusted, nul.cell(0)) == ([(0, Kind.DAMAGED)], "甲物业")
    assert lost.untrusted == [(0, Kind.DAMAGED)]


@pytest.mark.parametrize("kind", [kind for kind in Kind if not kind.trusted])
def test_what_is_wrong_with_a_cell_is_told_with_what_to_do(kind: Kind) -> None:
    fault = cell_fault(kind)
    assert fault.reason
    assert fault.remedy.startswith("请")


def test_a_cell_that_is_good_has_no_fault() -> None:
    with pytest.raises(ValueError, match="no fault"):
        cell_fault(Kind.NUMBER)


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    assert digest(text_file(tmp_path, "abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
