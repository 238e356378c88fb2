"""Cases where no file of them lies at hand: random facts, and what the plain rules expect of them day by day."""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from tests.caselib.table import COLUMNS
from tests.caselib.telling import told
from tests.reference_rules import DEADLINE, START, answer_on

__all__ = ["case_file", "expected", "make_cases"]

BESIDE = Path(__file__).parents[2].parent / "shared" / "data" / "coverage-cases.csv"
"""Where the file lies when the project is checked out beside its data; `XIANFENG_CASES` names another."""
_NUMBER, _SEED, _LAST = 300, 2021, date(2023, 12, 31)


def case_file(directory: Path) -> Path:
    """The case file of this checkout; else one that is made in `directory`, always the same."""
    if named := os.environ.get("XIANFENG_CASES"):
        return Path(named)
    if BESIDE.is_file():
        return BESIDE
    path = directory / "cases.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(make_cases(_NUMBER, _SEED))
    return path


def make_cases(number: int, seed: int) -> Iterator[dict[str, str]]:
    """So many rows of a case file; the days near a change of the answer come more often than others."""
    chance = random.Random(seed)
    for case in range(1, number + 1):
        row = {"case": str(case)} | _facts(chance)
        row["as_of"] = _asked(chance, row).isoformat()
        yield row | expected(row)


def expected(row: Mapping[str, str]) -> dict[str, str]:
    """Status, duty, since and due of a row on its day, by the plain rules."""
    answer = answer_on(told(row).events, date.fromisoformat(row["as_of"]))
    assert answer is not None
    since, due = (day.isoformat() if day else "" for day in (answer.since, answer.due))
    return {"status": answer.status, "duty": answer.duty, "since": since, "due": due}


def _facts(chance: random.Random) -> dict[str, str]:
    effective = START if chance.random() < 0.3 else _between(chance, START, _LAST)
    surveyed = chance.random() < 0.9

    def count(*choices: int) -> str:
        return str(chance.choice(choices)) if surveyed else ""

    def until(share: float, most: int) -> str:
        return str(effective + timedelta(chance.randint(1, most))) if chance.random() < share else ""

    adviser = chance.choice(("", "", "community", "other"))
    return {
        "registry_status": chance.choice(("active",) * 8 + ("closing", "moved_out", "unknown", "suspended", "revoked",
                                                            "deregistered")),
        "in_scope": "no" if chance.random() < 0.08 else "yes",
        "effective": effective.isoformat(),
        "formal": count(0, 0, 0, 1, 2, 3, 3, 4, 7), "probationary": count(0, 0, 1, 3), "elsewhere": count(0, 0, 0, 3),
        "organisation": chance.choice(("",) * 6 + ("own", "joint", "regional", "industry", "grid")),
        "adviser": adviser, "adviser_until": until(0.5, 500) if adviser else "",
        "mass_organisation": "yes" if chance.random() < 0.15 else "no",
        "recruiting_until": until(0.15, 364), "not_ready_until": until(0.2, 364),
    }  # fmt: skip


def _asked(chance: random.Random, row: Mapping[str, str]) -> date:
    effective = date.fromisoformat(row["effective"])
    ends = [
        date.fromisoformat(row[name]) for name in ("adviser_until", "recruiting_until", "not_ready_until") if row[name]
    ]
    near = [max(START, day + timedelta(step)) for day in (effective, DEADLINE, *ends) for step in (0, 1)]
    return chance.choice(near) if chance.random() < 0.7 else _between(chance, START, _LAST + timedelta(365))


def _between(chance: random.Random, first: date, last: date) -> date:
    return first + timedelta(chance.randint(0, (last - first).days))
