"""Random lives written straight into a build's tables: what queries read, without the projection that makes it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

import xianfeng.bus
from services.coverage.domain.keys import (
    DUTIES,
    MEMBERS,
    REGISTRY_STATUSES,
    STATUSES,
    TO_SETTLE,
    due_key,
    enterprise_key,
)
from services.coverage.projection import tables

BUSINESS_DATE = date(2022, 6, 1)
FIRST = date(2021, 7, 8)
BUILD = 1
PARTS = 12
_COLUMNS = (
    "subject", "part", "version", "code", "name", "name_folded", "unit", "key", "moved", "days", "keys", "cells",
    "sinces", "dues", "units",
)  # fmt: skip


@dataclass(frozen=True)
class Life:
    """One enterprise: from each day on a key (0: gone), a due day and a unit."""

    subject: str
    days: list[date]
    keys: list[int]
    dues: list[date | None]
    units: list[str]

    def at(self, day: date) -> int | None:
        """The place in the arrays that holds on the day."""
        found = [n for n, start in enumerate(self.days) if start <= day]
        return found[-1] if found and self.keys[found[-1]] else None


_PALETTE = 150
"""Real provinces show between one and two hundred different keys."""


@contextmanager
def filled(dsn: str, units: Sequence[str], seed: int) -> Iterator[list[Life]]:
    """Ten thousand random lives in a build's tables."""
    chance = random.Random(seed)
    made = [random_life(number, units, chance) for number in range(10_000)]
    with psycopg.connect(dsn, autocommit=True) as connection:
        make_tables(connection)
        fill(connection, made)
        yield made


def random_life(number: int, units: Sequence[str], chance: random.Random) -> Life:
    count = chance.randint(1, 4)
    days = sorted({FIRST + timedelta(days=chance.randint(0, 600)) for _ in range(count)})
    keys = [
        _key(random.Random(chance.randrange(_PALETTE))) if n == 0 or chance.random() > 0.05 else 0
        for n in range(len(days))
    ]
    dues = [day + timedelta(days=chance.randint(-10, 90)) if chance.random() < 0.5 else None for day in days]
    home = chance.choice(units)
    moves = chance.random() < 0.1
    return Life(f"ent-{number:06}", days, keys, dues, [chance.choice(units) if moves else home for _ in days])


def _key(chance: random.Random) -> int:
    def one(values: Sequence[str]) -> int:
        return chance.randrange(len(values))

    marks = TO_SETTLE if chance.random() < 0.1 else 0
    return enterprise_key(one(STATUSES), one(DUTIES), one(MEMBERS), one(REGISTRY_STATUSES), marks)


def make_tables(connection: psycopg.Connection) -> None:
    """The bus's tables with one serving build, and that build's own, empty."""
    for path in sorted((Path(xianfeng.bus.__file__).parent / "migrations").glob("*.sql")):
        connection.execute(path.read_text().replace("{name}", "coverage"))
    connection.execute("insert into build values ('coverage', %s, 1, 'serving')", (BUILD,))
    for part in range(PARTS):
        connection.execute(
            "insert into place values ('coverage', %s, %s, %s, 0, %s, true)", (BUILD, part, 100 + part, BUSINESS_DATE)
        )
    tables.create(connection, BUILD)


def fill(connection: psycopg.Connection, lives: Sequence[Life]) -> None:
    """Write rows and the counts of the business date."""
    name = sql.Identifier(tables.table("enterprise", BUILD))
    statement = sql.SQL("copy {} ({}) from stdin").format(name, sql.SQL(", ").join(map(sql.Identifier, _COLUMNS)))
    with connection.cursor().copy(statement) as copy:
        for number, life in enumerate(lives):
            copy.write_row(_row(number, life))
    _count(connection, lives)
    connection.execute("analyze")


def _row(number: int, life: Life) -> tuple[object, ...]:
    at = life.at(BUSINESS_DATE)
    unit = life.units[-1] if at is None else life.units[at]
    moved = len(set(life.units)) > 1
    name = f"企业{number:06}"
    return (
        life.subject, number % PARTS, 1, f"{number:018}", name, name, unit, 0 if at is None else life.keys[at], moved,
        life.days, life.keys, [0] * len(life.days), life.days, life.dues, life.units if moved else None,
    )  # fmt: skip


def _count(connection: psycopg.Connection, lives: Sequence[Life]) -> None:
    counts: Counter[tuple[str, int, int]] = Counter()
    for number, life in enumerate(lives):
        at = life.at(BUSINESS_DATE)
        if at is not None:
            counts[life.units[at], life.keys[at], number % PARTS] += 1
            due = life.dues[at]
            if due:
                counts[life.units[at], due_key(due.toordinal()), number % PARTS] += 1
    name = sql.Identifier(tables.table("counts", BUILD))
    with connection.cursor().copy(sql.SQL("copy {} (unit, key, part, n) from stdin").format(name)) as copy:
        for key, n in counts.items():
            copy.write_row((*key, n))
