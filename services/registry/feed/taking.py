"""A chunk of rows becomes events: what is new or changed is recorded, what is known already makes nothing.

The one core of file imports and the live feed. Reads first, decides in memory, then writes events, claims and what
was said in one transaction; a command that wrote to the same enterprise meanwhile spoils it, and it is done again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection

from services.registry.feed.drafting import Draft
from services.registry.feed.known import Standing, resolved_words, standing
from services.registry.feed.outcome import Feed, Outcome, Taken
from services.registry.feed.placing import Placer
from services.registry.feed.rows import Gone, RegistryRow
from xianfeng.clock import Clock

__all__ = ["Draft", "Feed", "Outcome", "Taken", "draft", "take"]


def take(
    connection: Connection[Any], rows: Sequence[RegistryRow], gone: Sequence[Gone] = (), *, feed: Feed,
    placer: Placer, clock: Clock,
) -> Taken:  # fmt: skip
    """Take rows and deletions inside the caller's transaction, under the log's lock; each code once a call."""
    connection.execute("lock table registry_events in exclusive mode")
    drafted = draft(connection, rows, gone, feed=feed, placer=placer, clock=clock)
    drafted.write(connection)
    return drafted.taken


def draft(
    connection: Connection[Any], rows: Sequence[RegistryRow], gone: Sequence[Gone] = (), *, feed: Feed,
    placer: Placer, clock: Clock, stand: Mapping[str, Standing] | None = None,
) -> Draft:  # fmt: skip
    """Decide without writing. `stand`: how the codes stand, where that was read before."""
    drafted = Draft(feed, placer, clock)
    codes = [row.code for row in rows] + [item.code for item in gone]
    drafted.stand = standing(connection, feed.source, codes) if stand is None else stand
    drafted.words = resolved_words(connection)
    pairs = [(row, drafted.place(row)) for row in rows]
    drafted.open(connection, [row for row, place in pairs if place and drafted.news(row)], gone)
    drafted.rows((row, place) for row, place in pairs if place is not None)
    for item in gone:
        drafted.gone(item)
    drafted.taken.counts.events = len(drafted.events)
    return drafted
