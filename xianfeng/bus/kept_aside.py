"""Data kept aside: what could not be taken, and the subjects that are held because of it. No payload is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple

import psycopg

from xianfeng.bus.delivered import Delivered
from xianfeng.bus.intake import Entry, Foreign, key_of

__all__ = [
    "Held", "Letter", "count_held", "count_open", "held_subject", "hold", "insert_letters", "letter_of",
    "letter_of_foreign", "read_held", "release", "set_state", "set_version",
]  # fmt: skip

Reason = Literal["fault", "gap", "foreign"]
Connection = psycopg.Connection[Any]


class Held(NamedTuple):
    """A subject that waits; `version` is the next one it expects."""

    subject: str
    partition: int
    version: int
    reason: str


class Letter(NamedTuple):
    """One record that was not taken."""

    record: Delivered
    subject: str
    version: int
    type: str
    reason: Reason
    detail: str


def letter_of(entry: Entry, reason: Reason, detail: str) -> Letter:
    if entry.head is None:
        return Letter(entry.record, entry.subject, 0, "", reason, detail)
    return Letter(entry.record, entry.subject, entry.head.subjectversion, entry.head.type, reason, detail)


def letter_of_foreign(foreign: Foreign) -> Letter:
    return Letter(foreign.record, key_of(foreign.record), 0, "", "foreign", foreign.detail)


def insert_letters(
    connection: Connection, projection: str, topic: str, letters: Iterable[Letter], now: datetime
) -> None:
    """Once a record, however often it is read."""
    rows = [
        (
            projection, topic, found.record.partition, found.record.offset, found.record.timestamp,
            _text(found.subject), found.version, _text(found.type), found.reason, _text(found.detail),
            len(found.record.value or b""), now,
        )
        for found in letters
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into dead_letter (projection, topic, partition, record_offset, record_time,"
            " subject, version, type, reason, detail, size, seen_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            rows,
        )


def _text(text: str) -> str:
    return text.replace("\0", "�")[:300]


def read_held(connection: Connection, projection: str, build: int, partitions: Iterable[int]) -> dict[str, Held]:
    cursor = connection.execute(
        "select subject, partition, version, reason from held"
        " where projection = %s and build = %s and partition = any(%s)",
        (projection, build, list(partitions)),
    )
    return {row[0]: Held(*row) for row in cursor.fetchall()}


def held_subject(connection: Connection, projection: str, build: int, subject: str) -> Held | None:
    row = connection.execute(
        "select subject, partition, version, reason from held where projection = %s and build = %s and subject = %s",
        (projection, build, subject),
    ).fetchone()
    return Held(*row) if row else None


def hold(connection: Connection, projection: str, build: int, subjects: Iterable[Held], now: datetime) -> None:
    rows = [(projection, build, held.partition, held.subject, held.version, held.reason, now) for held in subjects]
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into held (projection, build, partition, subject, version, reason, since)"
            " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            rows,
        )


def count_held(connection: Connection, projection: str, build: int) -> int:
    row = connection.execute(
        "select count(*) from held where projection = %s and build = %s", (projection, build)
    ).fetchone()
    return int(row[0]) if row else 0


def count_open(connection: Connection, projection: str) -> int:
    row = connection.execute(
        "select count(*) from dead_letter where projection = %s and state = 'open'", (projection,)
    ).fetchone()
    return int(row[0]) if row else 0


def set_state(connection: Connection, id: int, state: str, reason: Reason | str) -> None:
    """What became of one letter."""
    connection.execute("update dead_letter set state = %s, reason = %s where id = %s", (state, reason, id))


def set_version(connection: Connection, projection: str, build: int, held: Held) -> None:
    """Part of what was missing is there: it waits for a later version now."""
    connection.execute(
        "update held set version = %s, reason = %s where projection = %s and build = %s and subject = %s",
        (held.version, held.reason, projection, build, held.subject),
    )


def release(connection: Connection, projection: str, build: int, subject: str) -> None:
    """The subject is current again; its letters are done unless another build still holds it."""
    connection.execute(
        "delete from held where projection = %s and build = %s and subject = %s", (projection, build, subject)
    )
    connection.execute(
        "update dead_letter set state = 'applied' where projection = %(projection)s and subject = %(subject)s"
        " and state = 'open' and reason <> 'foreign' and not exists"
        " (select from held where projection = %(projection)s and subject = %(subject)s)",
        {"projection": projection, "subject": subject},
    )
