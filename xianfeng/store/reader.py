"""Single subjects for queries: an aggregate folded from the log, apart from the writer's cached ones."""

from __future__ import annotations

from typing import Any, TypeVar

from psycopg import Connection

from xianfeng.event import Catalogue, Event
from xianfeng.store.aggregate import Aggregate
from xianfeng.store.log import read

__all__ = ["find_claim", "fold", "history"]

A = TypeVar("A", bound=Aggregate)
_ALL = 1_000_000


def history(
    connection: Connection[Any], name: str, subject: str, catalogue: Catalogue, *, until: int = 0
) -> list[Event]:
    """All events of a subject, oldest first, up to a position of the log when `until` is given."""
    rows = read(connection, name, subject=subject, limit=_ALL, until=until)
    return [catalogue.load(row.raw) for row in rows]


def fold(
    connection: Connection[Any], name: str, kind: type[A], subject: str, catalogue: Catalogue, *, until: int = 0
) -> A | None:
    """The aggregate as of the log's end or of the position `until`; None when it has no event."""
    events = history(connection, name, subject, catalogue, until=until)
    return kind(subject).replay(events) if events else None


def find_claim(connection: Connection[Any], kind: str, key: str) -> str | None:
    """The subject that holds this key, or None."""
    row = connection.execute("select subject from claim where kind = %s and key = %s", (kind, key)).fetchone()
    return str(row[0]) if row else None
