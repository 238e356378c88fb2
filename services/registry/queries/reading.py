"""One moment of registry's tables: single subjects folded from the log, and the directory beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import AsyncConnection, sql

from services.registry.directory import LISTED, table
from services.registry.domain.base import DatedAggregate
from services.registry.domain.unit import Unit
from services.registry.domain.words import refuse
from services.registry.events import CATALOGUE
from services.registry.projections import DirectoryProjection
from services.registry.queries.shown import strings_of
from xianfeng.event import Event
from xianfeng.store.log import Query, read_async
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay

__all__ = ["Moment", "fold"]

_KINDS = {**LISTED, Unit.KIND: Unit}
_ALL = 1_000_000
_EVENTS = """
select originator_id, state from {} where originator_id = any(%s) order by originator_id, originator_version
"""
_BASIS = """
select b.number, min(p.day) from build b join place p on p.projection = b.projection and p.build = b.number
 where b.projection = %s and b.state = 'serving' group by b.number
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything asked of one is of the same instant. `log`: the name of the events' table."""

    connection: AsyncConnection[Any]
    log: str = "registry"

    @classmethod
    @asynccontextmanager
    async def of(cls, pool: Pool) -> AsyncIterator[Moment]:
        async with pool.connection() as connection, connection.transaction():
            yield cls(connection)

    async def events(self, subject: str) -> list[Event]:
        """All events of a subject, oldest first."""
        rows = await read_async(self.connection, self.log, Query(limit=_ALL, subject=subject))
        return [CATALOGUE.load(row.raw) for row in rows]

    async def events_of(self, subjects: Iterable[str]) -> dict[str, list[Event]]:
        """All events of each of the subjects that the log knows, oldest first."""
        query = sql.SQL(_EVENTS).format(sql.Identifier(f"{self.log}_events"))
        found: dict[str, list[Event]] = defaultdict(list)
        for subject, raw in await (await self.connection.execute(query, (list(subjects),))).fetchall():
            found[subject].append(CATALOGUE.load(raw))
        return found

    async def subject_of(self, ref: str, claim: str) -> str:
        """The subject that a reference names: itself, or who holds it as a claim of this kind. Raises Refused."""
        if "-" in ref:
            return ref
        found = await self.connection.execute("select subject from claim where kind = %s and key = %s", (claim, ref))
        row = await found.fetchone()
        if row is None:
            raise refuse("unknown-code", field="ref", kind="unknown", code=ref)
        return str(row[0])

    async def names(self, subjects: Collection[str]) -> Mapping[str, str]:
        """The names of those that the directory knows; none while it is built for the first time."""
        basis = await self._basis()
        if basis is None or not subjects:
            return {}
        query = sql.SQL("select subject, name from {} where subject = any(%s) and name <> ''").format(table(basis[0]))
        rows = await (await self.connection.execute(query, (list(subjects),))).fetchall()
        return {str(subject): str(name) for subject, name in rows}

    async def names_in(self, tree: TreeOfDay, values: Iterable[Any]) -> Mapping[str, str]:
        """Names of all subjects in the values: units by their path, the others as the directory knows them."""
        texts = {text for value in values for text in strings_of(value)}
        units = {text: tree.path_name(text) or tree.name(text) for text in texts if text in tree}
        return {**units, **await self.names(texts - units.keys())}

    async def directory(self) -> tuple[sql.Identifier, date]:
        """The table in service and its business date. Raises Refused while the first one is built."""
        basis = await self._basis()
        if basis is None:
            raise refuse("query-building", kind="unavailable")
        return table(basis[0]), basis[1]

    async def _basis(self) -> tuple[int, date] | None:
        row = await (await self.connection.execute(_BASIS, (DirectoryProjection.name,))).fetchone()
        return None if row is None else (row[0], row[1])


def fold(events: list[Event], ref: str) -> DatedAggregate:
    """The subject of these events, of any kind. Raises Refused (unknown) when there are none."""
    kind = _KINDS.get(events[0].type.partition(".")[0]) if events else None
    if kind is None:
        raise refuse("query-subject", field="ref", kind="unknown", ref=ref)
    return kind(events[0].originator_id).replay(events)
