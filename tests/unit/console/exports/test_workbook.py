"""A paper as a workbook: every cell a text, what stands around the table above it, nothing that runs."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from services.console.exports.workbook import write_workbook
from tests.unit.console.exports.test_pdf import paper, row
from xianfeng.tabular import open_table

BAD = ("=cmd|'/c calc'!A0", "914108000000000018", "+1", "-1", "@x", "<script>alert(1)</script>")


def test_text_cells_below_their_notices(tmp_path: Path) -> None:
    write_workbook(tmp_path / "名单.xlsx", paper([row(1), BAD]))
    with open_table(tmp_path / "名单.xlsx") as table:
        rows = list(table.rows())
    assert [one.cells[0] for one in rows[:5]] == [
        "焦作市 企业名单", "截至 2026-03-31", "【演示数据】其中的企业、项目、组织和人员均为虚构。", "表上的公式", "表下的说明",
    ]  # fmt: skip
    assert rows[5].cells[:2] == ("企业名称", "统一社会信用代码")
    assert rows[-1].cells == BAD
    assert not any(one.kinds or one.untrusted for one in rows)


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_nothing_runs_in_it(name: str, tmp_path: Path) -> None:
    write_workbook(tmp_path / "名单.xlsx", paper([BAD]))
    with zipfile.ZipFile(tmp_path / "名单.xlsx") as book:
        part = book.read(name).decode()
        assert not any("vba" in entry or "externalLink" in entry for entry in book.namelist())
    assert "<f>" not in part
    assert "macro" not in part
    assert "hyperlink" not in part
    assert "sheet1" not in name or 'state="frozen"' in part
