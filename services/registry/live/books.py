"""The rows of the live feed: where each source stands, what was taken last of each enterprise, what could not be."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection, Connection
from psycopg.rows import dict_row

from services.registry.live.records import Fault, Known, Record

__all__ = ["Books", "Standing", "read_cursor", "read_faults", "read_standings"]

_RECORDS = """
insert into live_record (source, code, cursor, hash, day, gone)
select %s, * from unnest(%s::text[], %s::int8[], %s::bytea[], %s::date[], %s::bool[])
on conflict (source, code) do update
set cursor = excluded.cursor, hash = excluded.hash, day = excluded.day, gone = excluded.gone
"""
_FAULTS = """
insert into live_fault (source, cursor, code, field, reason, at)
select distinct on (cursor, code, field) %s, given.*, %s::timestamptz
from unnest(%s::int8[], %s::text[], %s::text[], %s::text[]) as given (cursor, code, field, reason)
on conflict (source, cursor, code, field) do update set reason = excluded.reason, at = excluded.at
"""
_CLEARED = """
delete from live_fault using unnest(%s::text[], %s::int8[]) as taken (code, cursor)
where live_fault.source = %s and live_fault.code = taken.code and live_fault.cursor <= taken.cursor
"""
_MISSED = """
select count(*) from live_record r where r.source = s.source and r.cursor < s.snapshot_cursor and not r.gone
    and not exists (select from live_fault f where f.source = r.source and f.code = r.code and f.cursor > r.cursor)
"""
_ABSENT = f"select ({_MISSED}) from live_source s where s.source = %s"
_STANDINGS = f"""
select source, cursor, taken_at, snapshot_cursor, snapshot_at,
    (select count(*) from live_record r where r.source = s.source) as records,
    ({_MISSED}) as absent,
    (select count(*) from live_fault f where f.source = s.source) as faults
from live_source s where %s = '' or source = %s order by source
"""


class Standing(NamedTuple):
    """Where a source stands; `absent`: known before its last whole snapshot, not in it and not heard of since."""

    source: str
    cursor: int
    taken_at: datetime | None
    snapshot_cursor: int
    snapshot_at: datetime | None
    records: int
    absent: int
    faults: int


class Books:
    """One source's rows, inside the transaction of the caller, who is alone with the source until it ends."""

    def __init__(self, connection: Connection[Any], source: str) -> None:
        self._connection = connection
        self._source = source
        connection.execute("insert into live_source (source) values (%s) on conflict do nothing", (source,))
        self.cursor = int(
            connection.execute("select cursor from live_source where source = %s for update", (source,)).fetchall()[0][
                0
            ]
        )

    def known(self, codes: Collection[str]) -> dict[str, Known]:
        """What was taken last of these enterprises."""
        rows = self._connection.execute(
            "select code, cursor, hash, day, gone from live_record where source = %s and code = any(%s)",
            (self._source, list(codes)),
        )
        return {row[0]: Known(row[1], bytes(row[2]), row[3], row[4]) for row in rows}

    def remember(self, records: Iterable[Record]) -> None:
        """These records were taken; of an enterprise the last one. What was wrong with older ones is settled."""
        newest = list({record.code: record for record in records}.values())
        columns = [[getattr(record, name) for record in newest] for name in ("code", "cursor", "hash", "day", "gone")]
        if newest:
            self._connection.execute(_RECORDS, (self._source, *columns))
            self._connection.execute(_CLEARED, (columns[0], columns[1], self._source))

    def keep_aside(self, faults: Collection[Fault], at: datetime) -> None:
        """These could not be taken; they are shown until a newer record of the same enterprise can."""
        if faults:
            cursors, codes, fields, reasons = zip(*faults, strict=True)
            columns = (list(cursors), list(codes), list(fields), list(reasons))
            self._connection.execute(_FAULTS, (self._source, at, *columns))

    def move(self, cursor: int, at: datetime) -> None:
        """The source was taken up to this cursor; it never goes back."""
        self.cursor = max(self.cursor, cursor)
        self._connection.execute(
            "update live_source set cursor = %s, taken_at = %s where source = %s", (self.cursor, at, self._source)
        )

    def end_snapshot(self, cursor: int, at: datetime) -> int:
        """A snapshot was whole; how many enterprises known before were not in it."""
        self.move(cursor, at)
        self._connection.execute(
            "update live_source set snapshot_cursor = %s, snapshot_at = %s where source = %s",
            (cursor, at, self._source),
        )
        return int(self._connection.execute(_ABSENT, (self._source,)).fetchall()[0][0])


async def read_cursor(connection: AsyncConnection[Any], source: str) -> int:
    """The newest cursor taken from a source, 0 when it was never heard."""
    rows = await connection.execute("select cursor from live_source where source = %s", (source,))
    row = await rows.fetchone()
    return int(row[0]) if row else 0


async def read_standings(connection: AsyncConnection[Any], source: str = "") -> list[Standing]:
    """Where the sources stand; all without a name."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_STANDINGS, (source, source))
        return [Standing(**row) for row in await cursor.fetchall()]


async def read_faults(connection: AsyncConnection[Any], source: str, limit: int) -> list[dict[str, Any]]:
    """What waits for a better record, the newest first."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            "select source, cursor, code, field, reason, at from live_fault where %s = '' or source = %s"
            " order by at desc, cursor desc limit %s",
            (source, source, limit),
        )
        return await cursor.fetchall()
