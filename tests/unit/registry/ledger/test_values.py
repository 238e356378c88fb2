"""Cells as people fill them in: a number is a number, 无 clears, an empty cell says nothing, the rest is explained."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.ledger.fields import CLEAR, FIELDS, YES
from services.registry.ledger.values import is_ticked, read_cell
from services.registry.ledger.words import in_cell
from xianfeng.refusal import Refused


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("formal", "", ""), ("formal", "  ", ""), ("formal", "0", "0"), ("formal", "3", "3"), ("formal", "３名", "3"),
        ("formal", "3.0", "3"), ("formal", "1,200", "1200"), ("leaving", "无", CLEAR),
        ("form", "单独组建", "own"), ("form", "own", "own"), ("form", "无", CLEAR), ("type", "党总支", "general_branch"),
        ("approved_on", "2025年7月1日", "2025-07-01"), ("approved_on", "2025/7/1", "2025-07-01"),
        ("union", "√", YES), ("union", "是", YES), ("union", "1", YES), ("union", "否", CLEAR), ("union", "0", CLEAR),
        ("adviser", "社区", "community"), ("adviser", "是", "any"), ("adviser", "否", CLEAR),
        ("recruiting", "无", CLEAR), ("organisation", " 某 物业党支部 ", "某 物业党支部"), ("scope_reason", "重复登记", "duplicate"),
    ],
)  # fmt: skip
def test_what_a_cell_states(field: str, text: str, value: str) -> None:
    assert read_cell(field, text) == value


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("formal", "约5名", "count"), ("formal", "-1", "count"), ("formal", "2.5", "count"), ("formal", "无", "not-cleared"),
        ("approved_on", "2021-02-30", "day-calendar"), ("approved_on", "去年", "day-form"), ("form", "随便", "choice"),
        ("union", "待定", "mark"), ("organisation", "党" * 201, "long"), ("organisation", "书记13812345678", "personal"),
        ("uncovered_reason", "无", "not-cleared"),
    ],
)  # fmt: skip
def test_what_a_cell_cannot_state(field: str, text: str, reason: str) -> None:
    with pytest.raises(Refused) as raised:
        read_cell(field, text)
    assert (raised.value.reason, raised.value.field) == (reason, field)
    assert raised.value.message
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("text", "ticked"), [("√", True), ("1", True), ("是", True), ("", False), ("×", False), ("无", False)]
)
def test_a_column_of_one_option(text: str, ticked: bool) -> None:
    assert is_ticked("组建形式/单独建立", text) is ticked


def values_of(field: str) -> st.SearchStrategy[str]:
    kind = FIELDS[field]
    texts = st.text(st.sampled_from("某物业党支部〔2026〕3号（中）"), min_size=1, max_size=30)
    return {
        "count": st.integers(0, 99_999).map(str), "day": st.dates().map(lambda day: day.isoformat()), "text": texts,
        "choice": st.sampled_from(kind.choices or ("-",)), "mark": st.just(YES),
    }[kind.kind]  # fmt: skip


@given(st.data())
def test_what_was_exported_reads_back(data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(sorted(FIELDS)))
    value = data.draw(values_of(field))
    assert read_cell(field, in_cell(field, value)) == value
