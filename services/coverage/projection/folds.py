"""The folded facts of a build in its table: appended to by batches, read again in chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg import sql

from services.coverage.domain.slots import Folded
from services.coverage.projection.columns import FOLD, FOLD_COPIED_AS
from services.coverage.projection.memory import State
from services.coverage.projection.tables import table
from services.coverage.projection.writing import copy_in, upsert

__all__ = ["read", "save"]

_CHUNK = 5_000


def save(conn: psycopg.Connection[Any], build: int, states: Sequence[tuple[str, State]]) -> None:
    """Write the facts of these subjects as they are in memory."""
    target = table("fold", build)
    copy_in(conn, target, FOLD, FOLD_COPIED_AS, (_row(*one) for one in states if not one[1].stored))
    upsert(conn, target, FOLD, FOLD_COPIED_AS, [_row(*one) for one in states if one[1].stored])
    for _, state in states:
        state.stored = True


def _row(subject: str, state: State) -> tuple[Any, ...]:
    folded = state.folded
    return subject, state.part, state.kind, folded.version, folded.entries, bytes(folded.body)


def read(conn: psycopg.Connection[Any], build: int, partition: int) -> Iterator[list[tuple[str, int, Folded]]]:
    """All subjects of a partition, (subject, kind, facts), in chunks."""
    query = sql.SQL("select subject, kind, version, entries, facts from {} where part = %s").format(
        sql.Identifier(table("fold", build))
    )
    with conn.cursor(f"folds_{build}_{partition}", binary=True) as cur:
        cur.itersize = _CHUNK
        cur.execute(query, (partition,))
        while rows := cur.fetchmany(_CHUNK):
            yield [(subject, kind, Folded(version, entries, facts)) for subject, kind, version, entries, facts in rows]
