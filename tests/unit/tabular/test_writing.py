"""What is written: whole or not at all, all text, and harmless to open."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.tabular.files import cells_of, rows_of
from xianfeng.tabular import Column, Reject, RejectsWriter, Row, Sheet, Unwritable, open_table, write_workbook

HEADER = ("企业名称", "统一社会信用代码", "法人代表", "联系电话")
PEOPLE = {2, 3}
ROW = Row(7, ("=1+1", "914101001700361000", "某人", "037112345678"))
FAULTS = [
    Reject("统一社会信用代码", "914101001700361000", "末三位为000，是表格软件损坏的代码", "请按文本重新导出"),
    Reject("成立日期", "2021-02-30", "这一天不存在", "请核对"),
]
TOLD = ("行号", "字段", "值", "错误原因", "处理办法")


@pytest.mark.parametrize("name", ["未采用.xlsx", "未采用.csv", "未采用.CSV"])
def test_rejects_look_like_the_input_without_its_people(name: str, tmp_path: Path) -> None:
    with RejectsWriter(tmp_path / name, HEADER, without=PEOPLE) as writer:
        writer.add(ROW, FAULTS)
        writer.add(Row(9, ("乙",)), FAULTS[1:])
        assert writer.count == 2
    formula = "'=1+1" if name.casefold().endswith(".csv") else "=1+1"
    values, reasons, remedies = ("\n".join(parts) for parts in zip(*(fault[1:] for fault in FAULTS), strict=True))
    assert cells_of(tmp_path / name) == [
        (*HEADER[:2], *TOLD),
        (formula, "914101001700361000", "7", "统一社会信用代码\n成立日期", values, reasons, remedies),
        ("乙", "", "9", *FAULTS[1]),
    ]
    assert list(tmp_path.iterdir()) == [tmp_path / name]


def test_what_else_is_to_be_filled_in_has_a_sheet_where_there_is_room(tmp_path: Path) -> None:
    for name in ("未采用.xlsx", "未采用.csv"):
        with RejectsWriter(tmp_path / name, HEADER, without=PEOPLE) as writer:
            writer.add(ROW, FAULTS[:1])
            writer.beside(Sheet("状态", [Column("词"), Column("含义", choices=["存续", "注销"])], [["某词", ""]]))
        assert len(cells_of(tmp_path / name)) == 2
    with open_table(tmp_path / "未采用.xlsx", sheet="状态") as table:
        assert [row.cells for row in table.rows()] == [("词", "含义"), ("某词", "")]


def test_no_reject_leaves_the_headings(tmp_path: Path) -> None:
    with RejectsWriter(tmp_path / "未采用.xlsx", HEADER):
        pass
    assert cells_of(tmp_path / "未采用.xlsx") == [(*HEADER, *TOLD)]


@pytest.mark.parametrize("name", ["未采用.xlsx", "未采用.csv"])
def test_a_fault_leaves_what_was_there(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("从前的")
    with pytest.raises(ValueError, match="zip"), RejectsWriter(tmp_path / name, HEADER) as writer:
        writer.add(ROW, [FAULTS[0], ("字段",)])  # type: ignore[list-item]
    assert (tmp_path / name).read_text() == "从前的"
    assert list(tmp_path.iterdir()) == [tmp_path / name]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_program_takes_no_text_for_a_formula(start: str, tmp_path: Path) -> None:
    for name in ("未采用.csv", "未采用.xlsx"):
        with RejectsWriter(tmp_path / name, ["企业名称"]) as writer:
            writer.add(Row(2, (f"{start}cmd|'/c calc'!A0",)), FAULTS[:1])
    assert f"'{start}cmd".encode() in (tmp_path / "未采用.csv").read_bytes()
    with zipfile.ZipFile(tmp_path / "未采用.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert not any(row.untrusted for row in rows_of(tmp_path / "未采用.xlsx"))


def test_a_prefilled_workbook(tmp_path: Path) -> None:
    long_choices = [f"第{i}街道社区党组织" for i in range(60)]
    columns = [
        Column("企业名称", 30, locked=True),
        Column("编号", hidden=True),
        Column("组建形式", note="没有的填“无”", choices=["单独建立", "联合建立", "无"]),
        Column("上级党组织", choices=long_choices),
    ]
    sheets = [
        Sheet("台账", columns, ([f"第{i}家", f"00{i}", "", ""] for i in range(300)), notices=["演示数据", "截至今日"]),
        Sheet("说明", [Column("说明")], [["空白表示未填报"]]),
        Sheet("字典", [Column("代码")], [["1"]], hidden=True),
    ]
    write_workbook(tmp_path / "台账.xlsx", sheets)
    with open_table(tmp_path / "台账.xlsx") as table:
        assert (table.sheet, table.other_sheets) == ("台账", ("说明",))
        notice, _, header, first, *_ = table.rows()
    assert (notice.cell(0), header.cells) == ("演示数据", ("企业名称", "编号", "组建形式", "上级党组织"))
    assert (first.number, first.cells[:2], first.kinds) == (4, ("第0家", "000"), {})
    with open_table(tmp_path / "台账.xlsx", sheet="选项") as choices:
        assert next(choices.rows()).cells == tuple(long_choices)
    with zipfile.ZipFile(tmp_path / "台账.xlsx") as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<formula1>选项!$A$1:$BH$1</formula1>" in page
    assert 'state="frozen"' in page
    assert "<autoFilter" in page


def test_nothing_is_cut_where_a_program_does_not_grow_rows_by_itself(tmp_path: Path) -> None:
    """LibreOffice takes the heights that a file states, and the standard one where it states none."""
    columns = [Column("名称", 20), Column("有5名以上正式党员而没有支部委员会的", 10), Column("理由", 12)]
    rows = [["短", "1", "两行\n文字"], ["一" * 25, "", "x"], ["", "", "a" * 13]]
    notice = "这一行比第一列宽得多，右边没有内容，所以一直写到右边去"
    write_workbook(tmp_path / "高.xlsx", [Sheet("高", columns, rows, notices=[notice])])
    with zipfile.ZipFile(tmp_path / "高.xlsx") as book:
        page, styles = (ElementTree.fromstring(book.read(f"xl/{name}.xml")) for name in ("worksheets/sheet1", "styles"))
    found = page.findall(".//{*}row")
    heights = [round(float(row.get("ht", "15")) / 15) for row in found]
    # As many lines as there are characters for, and some room for lines that break early.
    least = [1, 4, 2, 3, 2]
    assert all(few <= lines <= few + few // 2 for few, lines in zip(least, heights, strict=True)), heights
    assert heights[0] == 1
    wraps = [style.find("{*}alignment") for style in styles.findall(".//{*}cellXfs/{*}xf")]
    of_notice = wraps[int(found[0][0].get("s", "0"))]
    assert of_notice is None or of_notice.get("wrapText") != "1"
    fits = page.find(".//{*}pageSetup")
    assert fits is not None
    assert fits.get("fitToHeight") == "0"


def test_a_text_beyond_a_cell_is_cut(tmp_path: Path) -> None:
    write_workbook(tmp_path / "长.xlsx", [Sheet("长", [Column("名称")], [["长" * 40_000]])])
    assert rows_of(tmp_path / "长.xlsx")[1].cell(0) == "长" * 32_766 + "…"


WRITERS: list[Callable[[Path], object]] = [
    lambda path: write_workbook(path, [Sheet("台账", [Column("名称")], [])]),
    lambda path: RejectsWriter(path, HEADER).__enter__(),
]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    ("place", "reason"), [("没有/台账.xlsx", "missing"), (".", "directory"), ("文件/台账.xlsx", "missing")]
)
def test_places_that_cannot_be_written_to(
    write: Callable[[Path], object], place: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "文件").write_text("x")
    with pytest.raises(Unwritable) as fault:
        write(tmp_path / place)
    assert fault.value.reason == reason
    assert "请" in fault.value.message
