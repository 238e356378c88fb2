"""Lists out: all pages of the filtered list, as text, with their basis; logged without what was exported."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from tests.integration.console.conftest import Site
from xianfeng.tabular import open_table

LIST = "/units/unit-410800/enterprises"


async def test_the_workbook_holds_every_page_of_the_list(site: Site, tmp_path: Path) -> None:
    async with site.client() as client:
        await site.login(client)
        with structlog.testing.capture_logs() as logged:
            answer = await client.get(f"{LIST}/xlsx", params={"status": "none", "text": "物业"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    path = tmp_path / "list.xlsx"
    path.write_bytes(answer.content)
    with open_table(path) as table:
        rows = [row.cells for row in table.rows()]
    notices = [row[0] for row in rows[:6]]
    assert "条件：覆盖方式：未覆盖；名称或代码：物业" in notices
    assert "实时数，非报送数" in notices
    heading = next(place for place, row in enumerate(rows) if row[0] == "企业名称")
    assert len(rows) - heading - 1 == 6
    (entry,) = [entry for entry in logged if entry["event"] == "paper-out"]
    assert (entry["account"], entry["paper"], entry["form"]) == ("province", "enterprises", "xlsx")
    assert "物业" not in str(logged)
    (noted,) = site.world.noted
    assert (noted.action, noted.what, noted.unit, noted.rows) == ("export", "enterprises", "unit-410800", 6)


async def test_the_printed_list_is_signed_and_dated(site: Site) -> None:
    async with site.client() as client:
        await site.login(client)
        answer = await client.get(f"{LIST}/print", params={"day": "2022-03-31"})
    for text in ("填报单位（盖章）", "负责人（签名）", "填表人（签名）", "报出时间", "按日回溯数，非报送数", "共 6 家"):
        assert text in answer.text
    assert "<thead>" in answer.text


@pytest.mark.parametrize("path", [f"{LIST}/xlsx", f"{LIST}/pdf", f"{LIST}/print"])
async def test_nobody_exports_without_a_login(site: Site, path: str) -> None:
    async with site.client() as client:
        assert (await client.get(path)).status_code == 303


async def test_an_empty_list_says_so(site: Site) -> None:
    async with site.client() as client:
        await site.login(client)
        answer = await client.get(f"{LIST}/print", params={"duty": "survey"})
    assert "没有符合条件的内容" in answer.text
