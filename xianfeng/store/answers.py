"""Commands' answers, kept 400 days: a command id that was seen gives its first answer again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from psycopg import Connection, Cursor

__all__ = ["KEPT", "Answer", "find_answers", "keep_answers", "purge_commands"]

KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to. `position`: of its last event in the log, 0 when it recorded none."""

    value: dict[str, Any]
    repeated: bool = False
    position: int = 0


def find_answers(cursor: Cursor[Any], ids: Sequence[str]) -> dict[str, Answer]:
    """The answers of those of these commands that were seen before."""
    rows = cursor.execute("select id, answer, position from command where id = any(%s)", (list(ids),), prepare=True)
    return {id: Answer(value, True, position) for id, value, position in rows.fetchall()}


def keep_answers(
    cursor: Cursor[Any], log: str, answers: dict[str, tuple[dict[str, Any], int | None]], at: datetime
) -> None:
    """Keep the answers, each with how many events lie between its last one and the end of the log (a quoted name).

    Call it after the events' insert in the same transaction: under the lock one insert's positions are consecutive.
    Raises psycopg.errors.UniqueViolation when one of the commands was seen.
    """
    columns = (
        list(answers),
        [msgspec.json.encode(value).decode() for value, _ in answers.values()],
        [behind for _, behind in answers.values()],
    )
    cursor.execute(_keep(log), (at, *columns), prepare=True)


@cache
def _keep(log: str) -> bytes:
    return (
        "insert into command (id, answer, position, at) select id, answer::jsonb,"
        f" coalesce((select max(notification_id) from {log}) - behind, 0), %s"
        # In binary form an answer's quotes are not escaped one by one.
        " from unnest(%b::text[], %b::text[], %s::int8[]) as given (id, answer, behind)"
    ).encode()


def purge_commands(connection: Connection[Any], now: datetime) -> int:
    """Forget answers older than 400 days; how many went."""
    return connection.execute("delete from command where at < %s", (now - KEPT,)).rowcount
