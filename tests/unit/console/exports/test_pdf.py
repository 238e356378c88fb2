"""PDF: title, headings and n/N on every page, every row there, nothing beyond its column, rare characters told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from services.console.exports.paper import Column, Paper, Table, pairs
from services.console.exports.pdf import write_pdf
from tests.fixtures.sheets import Sheet, sheets_of

COLUMNS = [
    Column("企业名称", 38.0), Column("统一社会信用代码", 21.0, "code"), Column("分组/主责单位", 18.0),
    Column("分组/待办事项", 14.0), Column("时限", 12.0, "day"), Column("人数", 8.0, "number"),
]  # fmt: skip
LONG = "河南省焦作市中站区李封街道阳光花园物业服务有限责任公司中站区分公司"


def paper(rows: Sequence[Sequence[str]], **changed: object) -> Paper:
    table = Table("企业名单", COLUMNS, rows, notes=["表下的说明"], lead=["表上的公式"])
    found = Paper("list", "焦作市 企业名单", "unit-1", "2026-03-31", ["截至 2026-03-31"], [table], "/", True)
    return replace(found, **changed)  # type: ignore[arg-type]


def row(number: int) -> tuple[str, ...]:
    name = f"{LONG}{number:03d}" if number % 3 else f"短名{number:03d}"
    return (name, f"91410800DEM{number:07d}", "李封街道", "应建未建", "2026-12-31", f"{number:,}")


def drawn(found: Paper, path: Path) -> list[Sheet]:
    write_pdf(path / "paper.pdf", found)
    return sheets_of(path / "paper.pdf")


def test_a_long_list(tmp_path: Path) -> None:
    sheets = drawn(paper([row(number) for number in range(120)]), tmp_path)
    assert len(sheets) > 4
    for number, sheet in enumerate(sheets, 1):
        assert sheet.whole, number
        assert sheet.size[0] > sheet.size[1]
        assert f"{number}/{len(sheets)}" in sheet.text
        assert all(text in sheet.text for text in ("焦作市企业名单", "截至2026-03-31", "演示数据"))
        assert number == len(sheets) or all(text in sheet.text for text in ("统一社会信用代码", "分组", "主责单位"))
    whole = "".join(sheet.text for sheet in sheets)
    assert all(row(number)[1] in whole and row(number)[4] in whole for number in range(120))
    assert all(f"{number:03d}" in whole for number in range(120))
    assert all(text in sheets[-1].text for text in ("填报单位（盖章）", "负责人（签名）", "填表人（签名）", "报出时间"))
    assert "表上的公式" in sheets[0].text
    assert "表下的说明" in whole


def test_a_row_higher_than_a_page_goes_on_on_the_next(tmp_path: Path) -> None:
    sheets = drawn(paper([row(1), ("段" * 3000, *row(2)[1:]), row(3)]), tmp_path)
    assert len(sheets) > 2
    assert all(sheet.whole for sheet in sheets)
    assert sum(sheet.text.count("段") for sheet in sheets) == 3000
    assert "短名003" in sheets[-1].text


def test_one_page_keeps_to_one(tmp_path: Path) -> None:
    facts = [(f"事实{number}", f"内容{number}") for number in range(60)]
    single = paper([row(number) for number in range(12)], upright=True, single=True)
    single = replace(single, tables=[pairs("基本情况", facts), *single.tables])
    (sheet,) = drawn(single, tmp_path)
    assert sheet.whole
    assert sheet.size[0] < sheet.size[1]
    assert all(text in sheet.text for text in ("事实59", "内容59", "报出时间", "1/1"))
    assert len(drawn(replace(single, single=False), tmp_path)) > 1


def test_a_cover_bears_the_signatures(tmp_path: Path) -> None:
    cover, *sheets = drawn(paper([row(1)], cover=["第 2 版"]), tmp_path)
    assert all(text in cover.text for text in ("焦作市企业名单", "第2版", "填报单位（盖章）", f"1/{len(sheets) + 1}"))
    assert "填报单位" not in sheets[-1].text


def test_an_empty_table_says_so(tmp_path: Path) -> None:
    (sheet,) = drawn(paper([]), tmp_path)
    assert "没有符合条件的内容" in sheet.text


def test_a_character_without_a_shape_is_a_box_and_named(tmp_path: Path) -> None:
    assert write_pdf(tmp_path / "paper.pdf", paper([("𠀀𠀁公司\u202e反", *row(1)[1:])])) == 3
    (sheet,) = sheets_of(tmp_path / "paper.pdf")
    assert "有3个字不在字库中" in sheet.text
    assert all(point in sheet.text for point in ("U+20000", "U+20001", "U+202E"))
    assert "公司" in sheet.text


def test_names_of_places_and_people_are_in_the_faces(tmp_path: Path) -> None:
    """Of the characters that the standard list for names has and old encodings lack."""
    assert write_pdf(tmp_path / "paper.pdf", paper([("䶮㛃𬭁鿍𬱖𫖯垚犇", *row(1)[1:])])) == 0
