"""One moment of the database: what its tables hold, and the name under which another session sees the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import IsolationLevel, sql

from xianfeng.backup.manifest import Log
from xianfeng.runtime.installation import ROLES

__all__ = ["Snapshot", "count_rows", "snapshot"]

_TABLES = """
select n.nspname, c.relname, pg_table_size(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(%s) and c.relkind in ('r', 'p') order by 1, 2
"""
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Snapshot:
    """``id`` is for ``pg_dump --snapshot``; ``rows`` and ``sizes`` (bytes) are by ``schema.table``."""

    id: str
    taken: datetime
    rows: Mapping[str, int]
    sizes: Mapping[str, int]
    logs: Mapping[str, Log]


@contextmanager
def snapshot(dsn: str) -> Iterator[Snapshot]:
    """Hold one moment for the block, while everybody writes on. Raises psycopg.Error."""
    with psycopg.connect(dsn, application_name="xianfeng-backup") as connection:
        connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
        _keep_tables(connection)
        ((id_, taken),) = connection.execute("select pg_export_snapshot(), now()").fetchall()
        sizes = _sizes(connection)
        rows = count_rows(connection, sizes)
        yield Snapshot(id_, taken, rows, sizes, _logs(connection, rows))


def count_rows(connection: Connection, tables: Mapping[str, object]) -> dict[str, int]:
    """Count the rows of each table, ``schema.table``."""
    count = sql.SQL("select count(*) from {}")
    return {name: int(_one(connection, count.format(_identifier(name)))) for name in tables}


def _keep_tables(connection: Connection) -> None:
    """A build may be dropped at any time: from here on its tables wait for the end of the block."""
    tables = sql.SQL(", ").join(map(_identifier, _sizes(connection)))
    connection.commit()
    connection.execute(sql.SQL("lock table {} in access share mode").format(tables))


def _sizes(connection: Connection) -> dict[str, int]:
    found = connection.execute(_TABLES, (list(ROLES),)).fetchall()
    return {f"{schema}.{table}": int(size) for schema, table, size in found}


def _logs(connection: Connection, rows: Mapping[str, int]) -> dict[str, Log]:
    last = sql.SQL("select coalesce(max(notification_id), 0) from {}")
    named = {role: f"{role}.{role}_events" for role in ROLES}
    return {
        role: Log(events=rows[table], position=_one(connection, last.format(_identifier(table))))
        for role, table in named.items()
        if table in rows
    }


def _identifier(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split(".", 1))


def _one(connection: Connection, query: sql.Composed) -> int:
    found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])
