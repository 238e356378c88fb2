"""Asking the owner of a log for the events of one subject: the store's bytes decide what is true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from proto.xianfeng.platform.v1 import log_pb2

__all__ = ["Fetch", "Stored", "from_log", "from_table"]

_DEADLINE = 5.0


class Stored(NamedTuple):
    """One event of a log: its position and its bytes."""

    position: int
    raw: bytes


Fetch = Callable[[str, int], Sequence[Stored]]
"""(subject, after version) to its later events in order. Blocks; raises while the owner is away."""


def from_table(dsn: str, name: str) -> Fetch:
    """Read the service's own log."""
    query = sql.SQL(
        "select notification_id, state from {} where originator_id = %s and originator_version > %s"
        " order by originator_version"
    ).format(sql.Identifier(f"{name}_events"))

    def fetch(subject: str, after_version: int) -> Sequence[Stored]:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
            rows = connection.execute(query, (subject, after_version)).fetchall()
        return [Stored(position, bytes(raw)) for position, raw in rows]

    return fetch


def from_log(stub: Any) -> Fetch:
    """Read another service's log over gRPC; `stub` is a synchronous EventLogStub with its token set."""

    def fetch(subject: str, after_version: int) -> Sequence[Stored]:
        wanted = log_pb2.ReadRequest(subject=subject, after_version=after_version)
        answers = stub.Read(wanted, timeout=_DEADLINE)
        return [Stored(found.position, found.event) for answer in answers for found in answer.events]

    return fetch
