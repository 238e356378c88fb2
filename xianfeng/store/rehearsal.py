"""Decisions on trial: what commands would do at one moment of the log. Nothing is recorded, nobody waits for it."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import IsolationLevel

from xianfeng.clock import Clock
from xianfeng.event import Act, Catalogue, acting
from xianfeng.store.batch import Batch, Desk
from xianfeng.store.cache import AggregateCache
from xianfeng.store.recorder import EventMapper, open_recorder
from xianfeng.store.session import Session
from xianfeng.store.submission import Decide

__all__ = ["Rehearsal"]


class Rehearsal:
    """Holds a connection of its own, read-only, without the log's lock; used by one thread at a time.

    Each decision stands alone: it does not see what the ones before it would have done.
    """

    def __init__(self, dsn: str, name: str, catalogue: Catalogue, *, clock: Clock, cached: int = 2_000) -> None:
        self._cache = AggregateCache(cached)
        self._recorder = open_recorder(dsn, name)
        self._connection = psycopg.connect(dsn)
        self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
        self._connection.read_only = True
        desk = Desk(self._recorder, EventMapper(catalogue), self._cache, "", clock)
        self._batch = Batch(desk, self._connection)

    def decide(self, act: Act, decide: Decide) -> dict[str, Any]:
        """The command's answer. Raises what it raises, Refused where it is not allowed."""
        session = Session(self._batch)
        try:
            with acting(act):
                return decide(session)
        finally:
            self._batch.forget(session.changed())

    def rest(self) -> None:
        """Between many decisions: forget the aggregates that are over the cache's size."""
        self._cache.shrink()

    def close(self) -> None:
        self._connection.close()
        self._recorder.datastore.close()
