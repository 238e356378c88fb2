"""Reading a service's log: pages of recorded bytes, by position or by subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import AsyncConnection, Connection
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

__all__ = ["PAGE", "Query", "Recorded", "head", "head_async", "read", "read_async"]

PAGE = 1_000


class Recorded(NamedTuple):
    """One row of the log. `position` is its place; `raw` are the event's bytes."""

    position: int
    subject: str
    version: int
    type: str
    raw: bytes


class Query(NamedTuple):
    """What is wanted. `after`: first position not wanted; `until`: last one wanted, 0: no end."""

    after: int = 0
    limit: int = PAGE
    types: Sequence[str] = ()
    subject: str = ""
    after_version: int = 0
    until: int = 0

    def statement(self, name: str) -> Composed:
        conditions = [SQL("notification_id > %(after)s")]
        # A subject's versions and positions rise together; ordered by version the primary key is read, not the log.
        order = Identifier("originator_version" if self.subject else "notification_id")
        if self.subject:
            conditions.append(SQL("originator_id = %(subject)s and originator_version > %(after_version)s"))
        if self.types:
            conditions.append(SQL("topic = any(%(types)s)"))
        if self.until:
            conditions.append(SQL("notification_id <= %(until)s"))
        return SQL(
            "select notification_id, originator_id, originator_version, topic, state from {table}"
            " where {conditions} order by {order} limit %(limit)s"
        ).format(table=Identifier(f"{name}_events"), conditions=SQL(" and ").join(conditions), order=order)

    def parameters(self) -> dict[str, Any]:
        return {**self._asdict(), "types": list(self.types)}


def read(
    connection: Connection[Any], name: str, *, after: int = 0, limit: int = PAGE, types: Sequence[str] = (),
    subject: str = "", after_version: int = 0, until: int = 0,
) -> list[Recorded]:  # fmt: skip
    """Return a page of the log in its order; fewer rows than `limit` mean that the end was reached."""
    query = Query(after, limit, types, subject, after_version, until)
    with connection.cursor(binary=True, row_factory=tuple_row) as cursor:
        rows = cursor.execute(query.statement(name), query.parameters()).fetchall()
    return [Recorded(*row) for row in rows]


async def read_async(connection: AsyncConnection[Any], name: str, query: Query) -> list[Recorded]:
    """Return a page of the log in its order, as `read`."""
    async with connection.cursor(binary=True, row_factory=tuple_row) as cursor:
        await cursor.execute(query.statement(name), query.parameters())
        return [Recorded(*row) for row in await cursor.fetchall()]


async def head_async(connection: AsyncConnection[Any], name: str) -> int:
    """The log's last position, 0 when it is empty."""
    async with connection.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(_head_of(name))
        row = await cursor.fetchone()
    return int(row[0]) if row else 0


def head(connection: Connection[Any], name: str) -> int:
    """The log's last position, 0 when it is empty."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_head_of(name)).fetchone()
    return int(row[0]) if row else 0


def _head_of(name: str) -> Composed:
    return SQL("select coalesce(max(notification_id), 0) from {}").format(Identifier(f"{name}_events"))
