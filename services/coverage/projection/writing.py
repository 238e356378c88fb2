"""Many rows to a table with one statement: straight in when they are new, else beside and over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.string import BytesBinaryDumper

__all__ = ["copy_in", "upsert"]


def copy_in(
    conn: psycopg.Connection[Any], target: str, columns: Sequence[str], types: Sequence[str], rows: Iterable[Any]
) -> None:
    """Binary COPY of rows that are not there yet; `types` as psycopg names them, bytea for what is packed."""
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(sql.Identifier(target), _listed(columns))
    with conn.cursor() as cur:
        # psycopg's own choice for a bytea by its type is written in Python.
        cur.adapters.register_dumper(bytes, BytesBinaryDumper)
        with cur.copy(statement) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)


def upsert(
    conn: psycopg.Connection[Any], target: str, columns: Sequence[str], types: Sequence[str], rows: Sequence[Any]
) -> None:
    """Insert or replace rows by their subject."""
    if not rows:
        return
    beside = f"beside_{target}"
    names = {"target": sql.Identifier(target), "beside": sql.Identifier(beside)}
    conn.execute(
        sql.SQL("create temporary table if not exists {beside} (like {target}) on commit delete rows").format(**names)
    )
    copy_in(conn, beside, columns, types, rows)
    changed = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in columns[1:])
    conn.execute(
        sql.SQL("insert into {target} select * from {beside} on conflict (subject) do update set {changed}").format(
            changed=changed, **names
        )
    )
    conn.execute(sql.SQL("delete from {beside}").format(**names))


def _listed(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
