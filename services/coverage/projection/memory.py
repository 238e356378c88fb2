"""What a build keeps in memory of its subjects between batches: the folded facts and what the counts hold of them."""

from __future__ import annotations

from collections.abc import Collection
from operator import itemgetter
from typing import Any

import psycopg
from psycopg import sql

from services.coverage.domain.folded import Folded
from services.coverage.domain.folding import kind_of
from services.coverage.projection.tables import table
from xianfeng.bus.projection import Record
from xianfeng.bus.topics import partition_of

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

    __slots__ = ("causation", "correlation", "counted", "dirty", "folded", "kind", "part")

    def __init__(self, kind: int, part: int, folded: Folded) -> None:
        self.kind, self.part, self.folded = kind, part, folded
        self.counted: tuple[str, int, int] | None = None
        self.dirty = False
        self.correlation = self.causation = ""


class Memory:
    """States by subject. A partition that was empty when first looked at is known whole: what is missing there is new.

    That holds as long as nobody else writes it, which the consumer's fence watches; it calls `forget` then.
    """

    def __init__(self) -> None:
        self.states: dict[str, State] = {}
        self._whole: dict[int, bool] = {}

    def touch(self, record: Record) -> State:
        """The record's state, made when new, marked as touched by this record."""
        state = self.states.get(record.subject)
        if state is None:
            state = State(kind_of(record.type), record.partition, Folded())
            self.states[record.subject] = state
        state.dirty = True
        state.correlation, state.causation = record.correlation, record.id
        return state

    def load(self, conn: psycopg.Connection[Any], build: int, subjects: Collection[str]) -> None:
        absent = [subject for subject in subjects if subject not in self.states]
        missing = [subject for subject in absent if not self._is_whole(conn, build, partition_of(subject))]
        if missing:
            self._read(conn, build, missing)

    def reload(self, conn: psycopg.Connection[Any], build: int, subject: str) -> None:
        """Take one subject from the table again, or nothing when it was never written."""
        self.states.pop(subject, None)
        self._read(conn, build, [subject])

    def shrink(self, limit: int) -> None:
        """Drop what is written already, once there is more than the limit."""
        if len(self.states) > limit:
            self.states = {subject: state for subject, state in self.states.items() if state.dirty}
            self._whole = dict.fromkeys(self._whole, False)

    def whole(self, partition: int) -> list[tuple[str, State]] | None:
        """Every subject of a partition, when they are all in memory and written; else None."""
        if not self._whole.get(partition):
            return None
        found = [(subject, state) for subject, state in self.states.items() if state.part == partition]
        return None if any(state.dirty for _, state in found) else sorted(found, key=itemgetter(0))

    def forget(self, partitions: Collection[int] | None) -> None:
        gone = set(self._whole) if partitions is None else set(partitions)
        self._whole = {partition: whole for partition, whole in self._whole.items() if partition not in gone}
        kept = {} if partitions is None else self.states
        self.states = {subject: state for subject, state in kept.items() if state.part not in gone}

    def _is_whole(self, conn: psycopg.Connection[Any], build: int, partition: int) -> bool:
        whole = self._whole.get(partition)
        if whole is None:
            query = sql.SQL("select not exists (select 1 from {} where part = %s)")
            row = conn.execute(query.format(sql.Identifier(table("appended", build))), (partition,)).fetchone()
            whole = self._whole[partition] = row is not None and bool(row[0])
        return whole

    def _read(self, conn: psycopg.Connection[Any], build: int, subjects: list[str]) -> None:
        names = ("fold", "enterprise", "organisation", "project")
        query = sql.SQL(_LOAD).format(**{name: sql.Identifier(table(name, build)) for name in names})
        with conn.cursor(binary=True) as cur:
            for subject, part, kind, version, entries, facts, unit, key, due in cur.execute(query, (subjects,)):
                state = State(kind, part, Folded.load(version, entries, facts))
                state.counted = (unit, key, due or 0) if key else None
                self.states[subject] = state
