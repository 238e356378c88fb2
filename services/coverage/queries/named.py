"""Enterprises and organisations by their subjects, as rows of other lists name them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from psycopg import sql

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.projection.tables import table
from services.coverage.queries.snapshot import Snapshot

__all__ = ["named"]

_NAMES = """
select subject, code, name from {enterprise} where subject = any(%(subjects)s)
 union all select subject, '', name from {organisation} where subject = any(%(subjects)s)
"""


async def named(now: Snapshot, subjects: Iterable[str | None]) -> dict[str, pb.Named]:
    """By subject, as they are called today; one that has no row yet bears its subject for a name."""
    wanted: Collection[str] = sorted({subject for subject in subjects if subject})
    if not wanted:
        return {}
    tables = {name: sql.Identifier(table(name, now.build)) for name in ("enterprise", "organisation")}
    rows = await now.fetch(sql.SQL(_NAMES).format(**tables), {"subjects": wanted})
    found = {subject: pb.Named(subject=subject, code=code, name=name) for subject, code, name in rows}
    return {subject: found.get(subject) or pb.Named(subject=subject, name=subject) for subject in wanted}
