"""The exported workbook read back: only what a person changed is stated, however rows were moved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.registry.ledger.fields import CLEAR, FIELDS, YES, Values
from services.registry.ledger.file import read_ledger
from services.registry.ledger.own import cells_of, columns
from services.registry.ledger.reading import Statement
from services.registry.ledger.words import heading
from services.registry.ledger.workbook import write_ledger
from xianfeng.refusal import Refused
from xianfeng.tabular import open_table

FULL: Values = {
    "name": "甲物业（郑州）有限公司", "code": "91410100MA0000001X", "unit": "河南省焦作市解放区", "registry_status": "active",
    "founded": "2015-01-02", "address": "某路1号", "formal": "3", "probationary": "0", "elsewhere": "1", "leaving": "1",
    "arriving": "0", "form": "own", "organisation": "甲物业党支部", "type": "branch", "approved_on": "2025-07-01",
    "approval_number": "组〔2025〕1号", "term_number": "1", "term_begins": "2025-07-01", "term_ends": "2028-06-30",
    "adviser": "both", "union": YES, "recruiting": "2026-12-31", "uncovered_reason": "other",
    "not_ready_reason": "筹备", "not_ready_review": "2026-09-01", "not_ready_state": "proposed", "scope_reason": "duplicate",
}  # fmt: skip
EMPTY: Values = {"name": "乙物业有限公司", "code": "91410100MA0000002X"}
ROWS = (("ent-1", 7, FULL), ("ent-2", 1, EMPTY))
NAMES = [column.name for column in columns()]
Edit = Callable[[list[list[str]]], None]


def filled_in(path: Path, edit: Edit) -> list[Statement]:
    """Export, let a person edit the cells, and read it back."""
    rows = [cells_of(*row) for row in ROWS]
    edit(rows)
    write_ledger(path, "解放区", "2026-03-02", rows)
    return read_ledger(path, None).statements


def put(rows: list[list[str]], line: int, field: str, text: str) -> None:
    rows[line][NAMES.index(heading(field))] = text


def test_nothing_changed_states_nothing(tmp_path: Path) -> None:
    first, second = filled_in(tmp_path / "台账.xlsx", lambda rows: None)
    assert (first.stated, first.notes, first.rejects) == ({}, [], [])
    assert (second.stated, second.subject, second.version) == ({}, "ent-2", 1)


def test_changed_cells_alone_are_stated(tmp_path: Path) -> None:
    def edit(rows: list[list[str]]) -> None:
        put(rows, 0, "formal", "4")
        put(rows, 0, "probationary", "")
        put(rows, 0, "union", "无")
        put(rows, 0, "approved_on", "2025年7月1日")
        put(rows, 1, "womens_federation", "无")
        put(rows, 1, "elsewhere", "0")

    first, second = filled_in(tmp_path / "台账.xlsx", edit)
    assert first.stated == {"formal": "4", "union": CLEAR}
    assert (first.said["formal"], first.said["union"]) == ("3", YES)
    assert second.stated == {"elsewhere": "0"}


def test_rows_may_be_sorted_cut_and_added(tmp_path: Path) -> None:
    def edit(rows: list[list[str]]) -> None:
        rows.reverse()
        put(rows, 1, "formal", "5")
        rows.append(["丙物业有限公司", "", *[""] * (len(NAMES) - 2)])
        put(rows, 2, "formal", "1")

    _, full, new = filled_in(tmp_path / "台账.xlsx", edit)
    assert (full.subject, full.stated) == ("ent-1", {"formal": "5"})
    assert (new.subject, new.version, new.name, new.stated) == ("", 0, "丙物业有限公司", {"formal": "1"})


def test_what_the_system_fills_in_is_told_and_not_taken(tmp_path: Path) -> None:
    (first, _) = filled_in(tmp_path / "台账.xlsx", lambda rows: put(rows, 0, "name", "别的名称"))
    assert (first.stated, [key for key, _ in first.notes]) == ({}, ["name"])


def test_a_wrong_cell_is_a_reject_of_its_row(tmp_path: Path) -> None:
    first, second = filled_in(tmp_path / "台账.xlsx", lambda rows: put(rows, 0, "formal", "几名"))
    (fault,) = first.rejects
    assert (fault.field, fault.value) == (heading("formal"), "几名")
    assert second.rejects == []


def test_the_workbook_bears_no_person_and_every_field(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    write_ledger(path, "解放区", "2026-03-02", [cells_of(*row) for row in ROWS])
    with open_table(path) as table:
        headings = next(row for row in table.rows() if heading("code") in row.cells)
    assert {heading(key) for key in FIELDS} <= set(headings.cells)
    assert not [name for name in headings.cells if "姓名" in name or "电话" in name]


def test_another_workbook_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "其他.csv"
    path.write_text("企业名称,正式党员\n甲,3\n", encoding="utf-8")
    with pytest.raises(Refused) as raised:
        read_ledger(path, None)
    assert raised.value.reason == "foreign"
