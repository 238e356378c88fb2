"""Marks: the log's last position in each minute that brought something, with the clock's instant.

"As known on T" means the log up to the last mark at or before T. A mark is written in the transaction of the events
themselves, so the last one of a minute is exact however far the clock moves next.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from psycopg import AsyncConnection, Connection, Cursor

__all__ = ["Mark", "mark_at", "mark_at_async", "write_mark"]

# A clock that was set back must not make later events known earlier: the instant never falls.
_WRITE = """
insert into mark (minute, position, instant)
select date_trunc('minute', latest, 'UTC'), (select max(notification_id) from {log}), latest
  from (select greatest(%s, (select max(instant) from mark)) as latest)
on conflict (minute) do update set position = excluded.position, instant = excluded.instant
 where mark.position < excluded.position
"""
_AT = "select position, instant from mark where instant <= %s order by instant desc, position desc limit 1"


@cache
def _write(log: str) -> bytes:
    return _WRITE.format(log=log).encode()


class Mark(NamedTuple):
    position: int
    instant: datetime


def write_mark(cursor: Cursor[Any], log: str, instant: datetime) -> None:
    """Note where the log (a quoted name) ends at this instant: after the events' insert, under the log's lock."""
    cursor.execute(_write(log), (instant,), prepare=True)


def mark_at(connection: Connection[Any], instant: datetime) -> Mark | None:
    """The last mark at or before the instant; None when nothing was known yet."""
    row = connection.execute(_AT, (instant,)).fetchone()
    return None if row is None else Mark(*row)


async def mark_at_async(connection: AsyncConnection[Any], instant: datetime) -> Mark | None:
    """The last mark at or before the instant, as `mark_at`."""
    row = await (await connection.execute(_AT, (instant,))).fetchone()
    return None if row is None else Mark(*row)
