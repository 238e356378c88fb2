"""No text that a user can read holds a word that the field avoids (domain §11)."""

from __future__ import annotations

from pathlib import Path

import pytest

from xianfeng.words import catalogue

ROOT = Path(__file__).parents[3]
NEVER = {
    "解散": "撤销、合并、调整、转隶 + 批复",
    "义务": "待办事项",
    "违规": "待办事项、待推进",
    "拖欠": "待推进",
    "落后": "待推进",
    "超出范围": "不纳入统计",
    "失效": "任期届满、待补派",
    "口袋党员": "组织关系未转入",
    "隐形党员": "组织关系未转入",
    "空壳": "未实际经营",
    "僵尸": "未实际经营",
    "名额": "参考指标",
    "硬指标": "参考指标",
    "死信": "待处理数据",
    "毒消息": "待处理数据",
    "投诉": "数据核实、异议",
    "争议": "数据核实、异议",
    "考核得分": "情况汇总",
    "排行": "情况汇总",
    "排名": "情况汇总",
    "红黑榜": "情况汇总",
}


def found_in(text: str) -> dict[str, str]:
    return {word: instead for word, instead in NEVER.items() if word in text}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_catalogue_avoids_the_words(key: str) -> None:
    assert not found_in(catalogue()[key])


def test_pages_and_scripts_avoid_the_words() -> None:
    pages = [p for kind in ("html", "js", "svg", "css") for p in (ROOT / "services").rglob(f"*.{kind}")]
    wrong = {str(page.relative_to(ROOT)): found_in(page.read_text(encoding="utf-8")) for page in pages}
    assert not {page: words for page, words in wrong.items() if words}


def test_nothing_else_in_the_code_speaks_to_users() -> None:
    """Texts live in the catalogue; code quotes Chinese in comments and docstrings at most."""
    modules = [p for room in ("xianfeng", "services") for p in (ROOT / room).rglob("*.py")]
    wrong = {str(module.relative_to(ROOT)): found_in(module.read_text(encoding="utf-8")) for module in modules}
    assert not {module: words for module, words in wrong.items() if words}
