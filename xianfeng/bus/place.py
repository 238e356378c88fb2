"""Where a build stands: its place on each partition, saved in the transaction that saves its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import psycopg

__all__ = ["Place", "lock_places", "open_places", "read_places", "save_places"]

Connection = psycopg.Connection[Any]
_COLUMNS = "partition, position, next_offset, day, assessed"


class Place(NamedTuple):
    """`position`: the last record taken. `day`: the business date. `next_offset`: where to seek first, a hint.

    `assessed`: the build has derived everything on this partition and writes as a serving one does.
    """

    position: int
    next_offset: int
    day: date
    assessed: bool

    def same_state(self, other: Place | None) -> bool:
        """Whether both stand for the same rows: the hint does not matter."""
        return other is not None and self[0] == other[0] and self[2:] == other[2:]


def open_places(
    connection: Connection, projection: str, build: int, partitions: Iterable[int], today: date
) -> dict[int, Place]:
    """The places of these partitions, made when they are new: at the beginning, on today's date.

    A new place is never on an earlier day than the projection was before: the business date does not go back.
    """
    connection.execute(
        "insert into place (projection, build, partition, position, next_offset, day, assessed)"
        " select %(projection)s, %(build)s, wanted, 0, 0, greatest(%(today)s::date, (select max(day) from place"
        "  where projection = %(projection)s and partition = wanted)), false"
        " from unnest(%(partitions)s::int[]) wanted order by wanted on conflict do nothing",
        {"projection": projection, "build": build, "today": today, "partitions": list(partitions)},
    )
    return read_places(connection, projection, build, partitions)


def read_places(
    connection: Connection, projection: str, build: int, partitions: Iterable[int] | None = None
) -> dict[int, Place]:
    """The places of a build, of all its partitions or of these."""
    query = f"select {_COLUMNS} from place where projection = %s and build = %s"
    if partitions is None:
        return _places(connection.execute(query.encode(), (projection, build)))
    only = f"{query} and partition = any(%s)".encode()
    return _places(connection.execute(only, (projection, build, list(partitions))))


def lock_places(connection: Connection, projection: str, build: int, partitions: Iterable[int]) -> dict[int, Place]:
    """The places as they are, nobody else's until the transaction ends. The order avoids deadlocks."""
    query = f"select {_COLUMNS} from place where projection = %s and build = %s and partition = any(%s)"
    locked = f"{query} order by partition for update".encode()
    return _places(connection.execute(locked, (projection, build, list(partitions))))


def save_places(connection: Connection, projection: str, build: int, places: Mapping[int, Place]) -> None:
    rows = [(partition, *place) for partition, place in sorted(places.items())]
    partitions, positions, offsets, days, assessed = (list(column) for column in zip(*rows, strict=True))
    connection.execute(
        "update place set position = n.position, next_offset = n.next_offset, day = n.day, assessed = n.assessed"
        " from unnest(%s::int[], %s::bigint[], %s::bigint[], %s::date[], %s::bool[])"
        "  n(partition, position, next_offset, day, assessed)"
        " where place.projection = %s and place.build = %s and place.partition = n.partition",
        (partitions, positions, offsets, days, assessed, projection, build),
    )


def _places(cursor: psycopg.Cursor[Any]) -> dict[int, Place]:
    return {partition: Place(*rest) for partition, *rest in cursor.fetchall()}
