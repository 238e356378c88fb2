"""An export on its way in: its rows and what is wrong with them stand in tables until all of it was taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from psycopg import Connection

from services.registry.feed.counts import Counts
from services.registry.feed.faults import Fault, cut
from services.registry.feed.rows import RegistryRow, pack, unpack

__all__ = [
    "OPEN", "Staged", "Wait", "clear", "end", "faults", "find", "next_rows", "note_faults", "open_import", "save_taken",
    "set_state", "staging", "sweep",
]  # fmt: skip

_UNFINISHED = ("staging", "applying", "waiting")
_COLUMNS = "id, source, as_of, hash, file, actor, unit, state, dry_run, begun, taken, counts, waits"
OPEN = (
    f"select {_COLUMNS} from feed_import where not dry_run and"
    " (state = 'applying' or state = 'waiting') order by begun, id"
)
"""All imports that wait or were interrupted, the oldest first."""


class Wait(NamedTuple):
    """A unit, how many of its enterprises operate, and how many of these would become inactive."""

    unit: str
    name: str
    operating: int
    inactive: int


class Staged(NamedTuple):
    """An import as its table has it."""

    id: str
    source: str
    as_of: date
    hash: str
    file: str
    actor: str
    unit: str
    state: str
    dry_run: bool
    begun: datetime
    taken: int
    counts: dict[str, int]
    waits: list[list[Any]]


def open_import(connection: Connection[Any], new: Staged) -> Staged:
    """Begin an import, or go on with the same export's unfinished one; rows that were not all staged are dropped."""
    query = (
        f"select {_COLUMNS} from feed_import where source = %s and as_of = %s and hash = %s and unit = %s"
        " and dry_run = %s and state = any(%s) order by begun desc limit 1"
    )
    key = (new.source, new.as_of, new.hash, new.unit, new.dry_run, list(_UNFINISHED))
    found = _one(connection, query, key)
    if found is None:
        insert = f"insert into feed_import ({_COLUMNS}) values (%s{', %s' * 10}, '{{}}', '[]')"
        connection.execute(insert, new[:11])
        return new
    if found.state == "staging":
        connection.execute("delete from feed_row where import = %s", (found.id,))
    return found


def find(connection: Connection[Any], id: str) -> Staged | None:
    """The import of this id that waits or was interrupted."""
    return _one(connection, f"select {_COLUMNS} from feed_import where id = %s and state = any(%s)", (
        id, ["waiting", "applying"]
    ))  # fmt: skip


def _one(connection: Connection[Any], query: Any, parameters: Sequence[Any]) -> Staged | None:
    row = connection.execute(query, parameters).fetchone()
    return None if row is None else Staged(*row)


@contextmanager
def staging(connection: Connection[Any], id: str) -> Iterator[Callable[[Iterable[RegistryRow]], None]]:
    """What adds rows: the server takes some in while others come, and all are there once the block ends.

    Raises psycopg.errors.UniqueViolation for a row number that came twice.
    """
    query = "copy feed_row (import, number, code, digest, status, body) from stdin (format binary)"
    with connection.cursor() as cursor, cursor.copy(query) as into:
        into.set_types(["text", "int4", "text", "bytea", "text", "bytea"])

        def add(rows: Iterable[RegistryRow]) -> None:
            for row in rows:
                into.write_row((id, row.number, row.code, row.digest, row.status, pack(row)))

        yield add


def next_rows(connection: Connection[Any], id: str, after: int, limit: int) -> list[RegistryRow]:
    """The next rows after a number, without those at fault."""
    query = (
        "select number, body from feed_row r where import = %s and number > %s and not exists"
        " (select from feed_fault f where f.import = r.import and f.number = r.number) order by number limit %s"
    )
    with connection.cursor(binary=True) as cursor:
        return [unpack(*row) for row in cursor.execute(query, (id, after, limit), prepare=True)]


def note_faults(connection: Connection[Any], id: str, found: Iterable[Fault]) -> None:
    """Keep faults until the import ends."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into feed_fault values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
            [(id, f.number, f.field, cut(f.value), f.reason, f.detail) for f in found],
        )


def faults(connection: Connection[Any], id: str) -> list[Fault]:
    """All faults of an import, by row."""
    query = "select number, field, value, reason, detail from feed_fault where import = %s order by number, field"
    return [Fault(*row) for row in connection.execute(query, (id,))]


def save_taken(connection: Connection[Any], id: str, number: int, counts: Counts) -> None:
    """Note, in the transaction of a chunk's events, how far the import is."""
    numbers = msgspec.json.encode(counts.numbers()).decode()
    connection.execute("update feed_import set taken = %s, counts = %s where id = %s", (number, numbers, id))


def set_state(connection: Connection[Any], id: str, state: str, waits: Iterable[Wait] = ()) -> None:
    told = msgspec.json.encode([list(wait) for wait in waits]).decode()
    connection.execute("update feed_import set state = %s, waits = %s where id = %s", (state, told, id))


def end(connection: Connection[Any], id: str, state: str) -> None:
    """The import ends in this state; its rows and faults are not needed any more."""
    connection.execute("update feed_import set state = %s, waits = '[]' where id = %s", (state, id))


def clear(connection: Connection[Any]) -> None:
    """Forget the rows and faults of imports that are not under way any more."""
    going_on = "not in (select id from feed_import where state = any(%s))"
    for table in ("feed_row", "feed_fault"):
        connection.execute(f"delete from {table} where import {going_on}".encode(), (list(_UNFINISHED),))


def sweep(connection: Connection[Any], before: datetime) -> None:
    """Forget what was never sent whole, and checks that nobody waits for any more; `clear` is to follow."""
    query = "delete from feed_import where begun < %s and (state = 'staging' or (dry_run and state <> 'done'))"
    connection.execute(query, (before,))
