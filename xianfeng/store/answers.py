"""Commands' answers, kept 400 days: a command id that was seen gives its first answer again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    rows = cursor.execute("select id, answer, position from command where id = any(%s)", (list(ids),)).fetchall()
    return {id: Answer(value, True, position) for id, value, position in rows}


def keep_answers(cursor: Cursor[Any], answers: dict[str, Answer], at: datetime) -> None:
    """Keep the answers. Raises psycopg.errors.UniqueViolation when one of the commands was seen."""
    columns = (
        list(answers),
        [msgspec.json.encode(answer.value).decode() for answer in answers.values()],
        [answer.position for answer in answers.values()],
    )
    cursor.execute(
        "insert into command (id, answer, position, at)"
        " select id, answer::jsonb, position, %s from unnest(%s::text[], %s::text[], %s::bigint[])"
        " as given (id, answer, position)",
        (at, *columns),
    )


def purge_commands(connection: Connection[Any], now: datetime) -> int:
    """Forget answers older than 400 days; how many went."""
    return connection.execute("delete from command where at < %s", (now - KEPT,)).rowcount
