"""All cases of the case file, through commands, events and the projection under a moved clock."""

from __future__ import annotations

from pathlib import Path

from tests.caselib.making import case_file
from tests.caselib.table import read_cases
from tests.cases import judge


def test_every_case_is_right(tmp_path: Path) -> None:
    cases = read_cases(case_file(tmp_path))
    assert [str(verdict) for verdict in judge(cases, tmp_path) if not verdict.right] == []
