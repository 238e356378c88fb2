"""The folded facts of a build: appended by each batch, put together again when read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from services.coverage.domain.folded import Folded
from services.coverage.projection.columns import FOLD, FOLD_COPIED_AS
from services.coverage.projection.memory import State
from services.coverage.projection.tables import table
from services.coverage.projection.writing import copy_in

__all__ = ["read", "save"]

_READ = """
select subject, min(kind), max(version), sum(entries)::integer, string_agg(facts, ''::bytea order by version)
from {} where part = %s group by subject
"""


def save(conn: psycopg.Connection[Any], build: int, states: Sequence[tuple[str, State]]) -> None:
    """Append what was folded of these subjects since they were saved last."""
    rows = [(subject, s.part, s.kind, s.folded.version, *s.folded.unsaved()) for subject, s in states]
    copy_in(conn, table("appended", build), FOLD, FOLD_COPIED_AS, rows)


def read(conn: psycopg.Connection[Any], build: int, partition: int) -> list[tuple[str, int, Folded]]:
    """All subjects of a partition: (subject, kind, facts)."""
    query = sql.SQL(_READ).format(sql.Identifier(table("appended", build)))
    with conn.cursor(binary=True) as cur:
        rows = cur.execute(query, (partition,)).fetchall()
    return [(subject, kind, Folded.load(version, entries, facts)) for subject, kind, version, entries, facts in rows]
