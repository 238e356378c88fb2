"""Many events at once: binary COPY into the log, under its lock, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from xianfeng.event import Event
from xianfeng.store.marks import write_mark

__all__ = ["append"]


def append(connection: Connection[Any], name: str, events: Sequence[Event]) -> int:
    """Append events in this order; the position of the last one (0 when there are none).

    Takes the log's lock first and holds it until the caller's transaction ends: at most 2,000 events a transaction
    beside commands. Raises psycopg.errors.UniqueViolation when a subject already has one of the versions.
    """
    if not events:
        return 0
    table = Identifier(f"{name}_events")
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(SQL("lock table {} in exclusive mode").format(table))
        copy = SQL("copy {} (originator_id, originator_version, topic, state) from stdin (format binary)")
        with cursor.copy(copy.format(table)) as rows:
            rows.set_types(["text", "int8", "text", "bytea"])
            for event in events:
                rows.write_row((event.originator_id, event.originator_version, event.type, event.raw))
        row = cursor.execute(SQL("select max(notification_id) from {}").format(table)).fetchone()
        assert row is not None
        position = int(row[0])
        write_mark(cursor, table.as_string(), datetime.fromisoformat(events[-1].time))
        cursor.execute(SQL("notify {}").format(table))
    return position
