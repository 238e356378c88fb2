"""The case file: one row is one enterprise, its facts from one day on, and what is expected of it on another day."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["COLUMNS", "Case", "Expected", "read_cases"]

COLUMNS = (
    "case", "registry_status", "in_scope", "effective", "formal", "probationary", "elsewhere", "organisation",
    "adviser", "adviser_until", "mass_organisation", "recruiting_until", "not_ready_until", "as_of", "status", "duty",
    "since", "due",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expected:
    """Status, duty, since and due as text; empty: none."""

    status: str
    duty: str
    since: str
    due: str

    def __str__(self) -> str:
        return " ".join(value or "-" for value in (self.status, self.duty, self.since, self.due))


@dataclass(frozen=True, slots=True)
class Case:
    """One row. Empty counts are not known; `*_until` are last days in force."""

    number: int
    registry_status: str
    in_scope: bool
    effective: date
    formal: int | None
    probationary: int | None
    elsewhere: int | None
    organisation: str
    adviser: str
    adviser_until: date | None
    mass_organisation: bool
    recruiting_until: date | None
    not_ready_until: date | None
    as_of: date
    expected: Expected

    @classmethod
    def from_row(cls, row: dict[str, str]) -> Case:
        return cls(
            number=int(row["case"]), registry_status=row["registry_status"], in_scope=row["in_scope"] == "yes",
            effective=date.fromisoformat(row["effective"]), formal=_count(row["formal"]),
            probationary=_count(row["probationary"]), elsewhere=_count(row["elsewhere"]),
            organisation=row["organisation"], adviser=row["adviser"], adviser_until=_day(row["adviser_until"]),
            mass_organisation=row["mass_organisation"] == "yes", recruiting_until=_day(row["recruiting_until"]),
            not_ready_until=_day(row["not_ready_until"]), as_of=date.fromisoformat(row["as_of"]),
            expected=Expected(row["status"], row["duty"], row["since"], row["due"]),
        )  # fmt: skip


def read_cases(path: Path) -> list[Case]:
    """All cases of a file. Raises StartFailure when it is missing or lacks a column."""
    if not path.is_file():
        raise StartFailure(say("coverage.cases.missing-file", path=path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise StartFailure(say("coverage.cases.missing-column", path=path, columns=", ".join(missing)))
        return [Case.from_row(row) for row in reader]


def _count(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
