"""The recorded cases, as events through fold and timeline: status, duty, since and due on the day asked for."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from tests.caselib.making import case_file, make_cases
from tests.caselib.telling import told


def wrong_of(cases: Iterable[Mapping[str, str]]) -> list[tuple[tuple[str, ...], Mapping[str, str]]]:
    found: list[tuple[tuple[str, ...], Mapping[str, str]]] = []
    for case in cases:
        status, duty, since, due = told(case).on(date.fromisoformat(case["as_of"]))
        got = status, duty, since.isoformat() if since else "", due.isoformat() if due else ""
        if got != (case["status"], case["duty"], case["since"], case["due"]):
            found.append((got, case))
    return found


def test_every_case_is_right(tmp_path: Path) -> None:
    with case_file(tmp_path).open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    assert cases
    assert not wrong_of(cases)


def test_made_cases_are_the_same_every_time_and_show_every_status_and_duty() -> None:
    made = list(make_cases(300, 2021))
    assert made[:20] == list(make_cases(20, 2021))
    assert {case["status"] for case in made} == {
        "inactive", "out_of_scope", "own", "joint", "regional", "industry", "grid", "work", "none"
    }  # fmt: skip
    assert {case["duty"] for case in made} == {
        "", "survey", "convert_when_ripe", "form_organisation", "join", "assign_adviser"
    }  # fmt: skip
    assert not wrong_of(made)
