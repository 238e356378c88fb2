"""All cases of the case file, through commands, events and the projection under a moved clock."""

from __future__ import annotations

import os
from pathlib import Path

from tests.caselib.table import read_cases
from tests.cases import judge

BESIDE = Path(__file__).parents[2].parent / "shared" / "data" / "coverage-cases.csv"
"""Where the file lies when the project is checked out beside its data; `XIANFENG_CASES` names another."""


def test_every_case_is_right(tmp_path: Path) -> None:
    cases = read_cases(Path(os.environ.get("XIANFENG_CASES") or BESIDE))
    assert [str(verdict) for verdict in judge(cases, tmp_path) if not verdict.right] == []
