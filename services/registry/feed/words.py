"""A status word that a person has resolved: remembered, and applied to the enterprises that wait with it."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import Connection
from psycopg.errors import DeadlockDetected, UniqueViolation

from services.registry.domain.words import refuse
from services.registry.feed.counts import Counts
from services.registry.feed.placing import Placer
from services.registry.feed.rows import Gone
from services.registry.feed.taking import Feed, draft
from xianfeng.clock import Clock
from xianfeng.event import new_id

__all__ = ["resolve"]

_CHUNK = 1_000
_TRIES = 20
_WAITING = (
    "select source, as_of, code from feed_known where word = %s"
    " and (source, as_of) = (select source, as_of from feed_known where word = %s limit 1) limit %s"
)


def resolve(dsn: str, word: str, status: str, *, actor: str, placer: Placer, clock: Clock) -> Counts:
    """Remember what the word means, and let what is known say it again with that meaning.

    Refused when no enterprise waits with this word. An interrupted run is completed by the same command.
    """
    total, run = Counts(), new_id(clock)
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not connection.execute(_WAITING, (word, word, 1)).fetchall():
            raise refuse("status-word", field="word", kind="unknown", word=word)
        connection.execute(
            "insert into feed_status values (%s, %s, %s, %s) on conflict (word) do update set status = excluded.status,"
            " actor = excluded.actor, at = excluded.at", (word, status, actor, clock.now()),
        )  # fmt: skip
        while rows := connection.execute(_WAITING, (word, word, _CHUNK)).fetchall():
            feed = Feed(rows[0][0], rows[0][1], actor, run)
            said = [Gone(code, feed.as_of, status) for _, _, code in rows]
            total.join(_say_again(connection, feed, said, placer=placer, clock=clock))
    return total


def _say_again(connection: Connection[Any], feed: Feed, said: list[Gone], *, placer: Placer, clock: Clock) -> Counts:
    for attempt in range(_TRIES):
        drafted = draft(connection, [], said, feed=feed, placer=placer, clock=clock)
        try:
            with connection.transaction():
                drafted.write(connection)
            break
        except (UniqueViolation, DeadlockDetected):
            if attempt + 1 == _TRIES:
                raise
    return drafted.taken.counts
