"""What a build keeps in memory of its subjects between batches: the folded facts and what the counts hold of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import psycopg
from psycopg import sql

from services.coverage.domain.folding import kind_of
from services.coverage.domain.slots import Folded
from services.coverage.projection.tables import table
from xianfeng.bus.projection import Record

__all__ = ["Memory", "State"]

_LOAD = """
select f.subject, f.part, f.kind, f.version, f.entries, f.facts,
    coalesce(e.unit, p.unit, o.unit), coalesce(e.key, p.key, o.key), e.due - date '0001-01-01' + 1
from {fold} f
left join {enterprise} e on f.kind = 0 and e.subject = f.subject
left join {organisation} o on f.kind = 1 and o.subject = f.subject
left join {project} p on f.kind = 2 and p.subject = f.subject
where f.subject = any(%s)
"""


class State:
    """One subject. `counted`: (unit, key, due ordinal or 0) as the counts hold it; None: they hold nothing."""

    __slots__ = ("causation", "correlation", "counted", "dirty", "folded", "kind", "part", "stored")

    def __init__(self, kind: int, part: int, folded: Folded, *, stored: bool) -> None:
        self.kind, self.part, self.folded, self.stored = kind, part, folded, stored
        self.counted: tuple[str, int, int] | None = None
        self.dirty = False
        self.correlation = self.causation = ""


class Memory:
    """States by subject. `complete`: the build was begun here and nothing was dropped, so what is missing is new."""

    def __init__(self) -> None:
        self.states: dict[str, State] = {}
        self.complete = False

    def touch(self, record: Record) -> State:
        """The record's state, made when new, marked as touched by this record."""
        state = self.states.get(record.subject)
        if state is None:
            state = self.states[record.subject] = State(
                kind_of(record.type), record.partition, Folded(), stored=False
            )  # fmt: skip
        state.dirty = True
        state.correlation, state.causation = record.correlation, record.id
        return state

    def load(self, conn: psycopg.Connection[Any], build: int, subjects: Collection[str]) -> None:
        if self.complete:
            return
        missing = [subject for subject in subjects if subject not in self.states]
        if not missing:
            return
        query = sql.SQL(_LOAD).format(
            **{name: sql.Identifier(table(name, build)) for name in ("fold", "enterprise", "organisation", "project")}
        )
        with conn.cursor(binary=True) as cur:
            for subject, part, kind, version, entries, facts, unit, key, due in cur.execute(query, (missing,)):
                state = State(kind, part, Folded(version, entries, facts), stored=True)
                state.counted = (unit, key, due or 0) if key else None
                self.states[subject] = state

    def reload(self, conn: psycopg.Connection[Any], build: int, subject: str) -> None:
        """Take one subject from the table again, or nothing when it was never written."""
        self.states.pop(subject, None)
        complete, self.complete = self.complete, False
        self.load(conn, build, [subject])
        self.complete = complete

    def shrink(self, limit: int) -> None:
        """Drop what is written already, once there is more than the limit."""
        if len(self.states) > limit:
            self.states = {subject: state for subject, state in self.states.items() if state.dirty}
            self.complete = False

    def forget(self, partitions: Collection[int] | None) -> None:
        self.complete = False
        self.states = (
            {} if partitions is None else {s: state for s, state in self.states.items() if state.part not in partitions}
        )
