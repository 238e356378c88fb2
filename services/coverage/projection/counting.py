"""How the counts move: what was counted of a subject goes, what is counted now comes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import psycopg
from psycopg import sql

from services.coverage.domain.keys import due_key
from services.coverage.projection.tables import table
from services.coverage.projection.writing import copy_in

__all__ = ["Counted", "Delta", "sweep_zeros"]

Counted = tuple[str, int, int]
"""(unit, key, due ordinal or 0)."""
_COLUMNS, _COPIED_AS = ("unit", "key", "part", "n"), ("text", "int4", "int2", "int8")


class Delta:
    """What a batch changes in the counts."""

    def __init__(self) -> None:
        self._by_key: Counter[tuple[str, int, int]] = Counter()

    def move(self, part: int, old: Counted | None, new: Counted | None) -> None:
        if old != new:
            self._add(part, old, -1)
            self._add(part, new, 1)

    def _add(self, part: int, counted: Counted | None, n: int) -> None:
        if counted is None:
            return
        unit, key, due = counted
        self._by_key[unit, key, part] += n
        if due:
            self._by_key[unit, due_key(due), part] += n

    def flush(self, conn: psycopg.Connection[Any], build: int) -> None:
        """Bring the change to the build's counts; in order, so that two instances never wait for each other."""
        if not (moved := self._moved()):
            return
        units, keys, parts, ns = (list(column) for column in zip(*moved, strict=True))
        conn.execute(
            sql.SQL(
                "insert into {0} (unit, key, part, n)"
                " select * from unnest(%s::text[], %s::int[], %s::smallint[], %s::bigint[])"
                " on conflict (unit, key, part) do update set n = {0}.n + excluded.n"
            ).format(sql.Identifier(table("counts", build))),
            (units, keys, parts, ns),
        )

    def copy(self, conn: psycopg.Connection[Any], build: int) -> None:
        """Bring the change to the counts of partitions that have none yet."""
        copy_in(conn, table("counts", build), _COLUMNS, _COPIED_AS, self._moved())

    def _moved(self) -> list[tuple[str, int, int, int]]:
        return sorted((*place, n) for place, n in self._by_key.items() if n)


def sweep_zeros(conn: psycopg.Connection[Any], build: int, partition: int) -> None:
    """Drop keys that nothing bears any more; once a day is enough."""
    conn.execute(
        sql.SQL("delete from {} where part = %s and n = 0").format(sql.Identifier(table("counts", build))), (partition,)
    )
