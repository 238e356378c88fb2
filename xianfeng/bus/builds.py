"""Builds of a projection: one serves, a newer one is built beside it and takes over when it has caught up."""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg

from xianfeng.bus.projection import Build, Projection

__all__ = [
    "BuildRow", "drop_retired", "ensure_builds", "insert_build", "lock_state", "read_builds", "start_build",
    "take_over",
]  # fmt: skip

Connection = psycopg.Connection[Any]


class BuildRow(NamedTuple):
    """`state`: building, serving, aside, retired (its tables may still be read for a moment) or dropped."""

    number: int
    version: int
    state: str


def read_builds(connection: Connection, projection: str) -> list[BuildRow]:
    """All builds whose tables exist, by number."""
    cursor = connection.execute(
        "select number, version, state from build where projection = %s and state <> 'dropped' order by number",
        (projection,),
    )
    return [BuildRow(*row) for row in cursor.fetchall()]


def lock_state(connection: Connection, projection: str, number: int) -> str:
    """The state of a build, which stays so until the transaction ends."""
    row = connection.execute(
        "select state from build where projection = %s and number = %s for share", (projection, number)
    ).fetchone()
    return row[0] if row else "dropped"


def ensure_builds(connection: Connection, projection: Projection) -> list[BuildRow]:
    """The builds at a start: a version of the code newer than every build's begins one of its own."""
    with connection.transaction():
        _lock(connection, projection.name)
        rows = read_builds(connection, projection.name)
        live = [row for row in rows if row.state in ("serving", "building")]
        if all(row.version < projection.version for row in live):
            _begin(connection, projection)
    return read_builds(connection, projection.name)


def start_build(connection: Connection, projection: Projection) -> int:
    """Begin a build beside the serving one, or name the one that is under way."""
    with connection.transaction():
        _lock(connection, projection.name)
        for row in read_builds(connection, projection.name):
            if row.state == "building" and row.version >= projection.version:
                return row.number
        return _begin(connection, projection)


def _lock(connection: Connection, projection: str) -> None:
    connection.execute(
        "select pg_advisory_xact_lock(hashtext('build'), hashtext(current_schema() || %s))", (projection,)
    )


def _begin(connection: Connection, projection: Projection) -> int:
    # A build of an older version that never caught up has no use any more.
    connection.execute(
        "update build set state = 'retired', since = now() where projection = %s and state = 'building'",
        (projection.name,),
    )
    return _insert(connection, projection, "building")


def insert_build(connection: Connection, projection: Projection, state: str) -> int:
    """A new build with its tables, in the caller's transaction; its number."""
    _lock(connection, projection.name)
    return _insert(connection, projection, state)


def _insert(connection: Connection, projection: Projection, state: str) -> int:
    row = connection.execute(
        "insert into build (projection, number, version, state) select %(projection)s, coalesce(max(number), 0) + 1,"
        " %(version)s, %(state)s from build where projection = %(projection)s returning number",
        {"projection": projection.name, "version": projection.version, "state": state},
    ).fetchone()
    assert row is not None
    number = int(row[0])
    projection.create(connection, Build(projection.name, projection.version, number, True, False))
    return number


def take_over(connection: Connection, projection: Projection, row: BuildRow, partitions: int) -> bool:
    """Put an assessed build in service, in the caller's transaction; False when it is not ahead everywhere.

    The places of both builds are held meanwhile, so nothing moves and no figure goes back. A build that would hold
    more subjects than the one in service stays out.
    """
    connection.execute(
        "select from build where projection = %s and state in ('building', 'serving') order by number for update",
        (projection.name,),
    )
    states = {found.state: found.number for found in read_builds(connection, projection.name)}
    if states.get("building") != row.number:
        return False
    serving = states.get("serving", 0)
    connection.execute(
        "select from place where projection = %s and build in (%s, %s) order by build, partition for update",
        (projection.name, serving, row.number),
    )
    if not _ahead(connection, projection.name, serving, row.number, partitions):
        return False
    if serving and excess_held(connection, projection.name, serving, row.number):
        return False
    _set_state(connection, projection.name, serving, "retired")
    _set_state(connection, projection.name, row.number, "serving")
    build = Build(projection.name, row.version, row.number, building=False, announcing=True)
    projection.announce(connection, build, range(partitions))
    return True


def _ahead(connection: Connection, projection: str, serving: int, number: int, partitions: int) -> bool:
    row = connection.execute(
        "select count(*) filter (where n.assessed and n.position >= coalesce(o.position, 0)"
        "  and n.day >= coalesce(o.day, n.day))"
        " from place n left join place o on o.projection = n.projection and o.build = %s and o.partition = n.partition"
        " where n.projection = %s and n.build = %s",
        (serving, projection, number),
    ).fetchone()
    return row is not None and row[0] == partitions


def excess_held(connection: Connection, projection: str, serving: int, number: int) -> int:
    """How many subjects a build holds that the serving one does not."""
    row = connection.execute(
        "select count(*) from held n where projection = %(projection)s and build = %(number)s and not exists"
        " (select from held o where o.projection = n.projection and o.build = %(serving)s and o.subject = n.subject)",
        {"projection": projection, "number": number, "serving": serving},
    ).fetchone()
    return int(row[0]) if row else 0


def _set_state(connection: Connection, projection: str, number: int, state: str) -> None:
    connection.execute(
        "update build set state = %s, since = now() where projection = %s and number = %s", (state, projection, number)
    )


def drop_retired(connection: Connection, projection: Projection, seconds: float) -> None:
    """Drop the tables of builds retired so long ago that nobody reads them any more."""
    with connection.transaction():
        rows = connection.execute(
            "select number, version from build where projection = %s and state = 'retired'"
            " and since < now() - make_interval(secs => %s) for update skip locked",
            (projection.name, seconds),
        ).fetchall()
        for number, version in rows:
            projection.drop(connection, Build(projection.name, version, number, building=False, announcing=False))
            connection.execute("delete from held where projection = %s and build = %s", (projection.name, number))
            connection.execute("delete from place where projection = %s and build = %s", (projection.name, number))
            _set_state(connection, projection.name, number, "dropped")
