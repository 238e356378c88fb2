"""Which enterprise a row is about: by subject, code or exact name within the unit; else candidates, never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from psycopg import sql

from services.registry.domain.words import refuse
from services.registry.ledger.likeness import Likeness
from services.registry.ledger.plan import Joinable, fault
from services.registry.queries.reading import Moment
from xianfeng.names import fold_name
from xianfeng.refusal import Refused
from xianfeng.units import TreeOfDay

__all__ = ["Asked", "Candidate", "Found", "Matching", "Unmatched"]

_NAMED = """
select subject, code, name, unit, name_folded from {table}
 where kind = 'enterprise' and not ended and name_folded = any(%s)
"""
_ALL = """
select subject, code, name, unit, name_folded from {table}
 where kind = 'enterprise' and not ended and unit = any(%s) limit 50000
"""
_JOINABLE = """
select subject, view->>'form', name_folded, unit from {table}
 where kind = 'organisation' and not ended and name_folded = any(%s)
   and view->>'form' <> 'own' and view->>'covers' = 'enterprises'
"""
_FORMING = """
select subject, view->>'of' from {table}
 where kind = 'organisation' and not ended and names && %s and view->>'form' = 'own'
   and not jsonb_exists(view, 'step.approved')
"""


class Asked(NamedTuple):
    """What a row says of its enterprise, the organisation that it names, and whether it would form its own."""

    subject: str
    code: str
    name: str
    organisation: str = ""
    forms_own: bool = False


class Candidate(NamedTuple):
    """An enterprise that the row may mean: a person decides."""

    subject: str
    code: str
    name: str
    unit: str


class Found(NamedTuple):
    """A row's enterprise, and what its organisation's columns may refer to."""

    subject: str
    forming: str | None
    joinable: tuple[Joinable, ...]


class Unmatched(NamedTuple):
    refusal: Refused
    candidates: tuple[Candidate, ...] = ()


_Named = dict[str, list[Candidate]]
"""Folded name → its bearers, wherever the account may see them."""


class Matching:
    """Serves one stream of rows. `unit`: of the rows; `within`: of the account, whose other enterprises are told of."""

    def __init__(self, tree: TreeOfDay, unit: str, within: str) -> None:
        self._tree = tree
        self._unit = unit
        self._units = set(tree.subtree(unit))
        self._within = set(tree.subtree(within))
        self._near: Likeness[Candidate] | None = None
        self._joined: dict[str, tuple[Joinable, ...]] = {}

    async def match(self, moment: Moment, rows: Sequence[Asked]) -> list[Found | Unmatched]:
        """For each row its enterprise, or why there is none. Raises Refused while the directory is built."""
        table, _ = await moment.directory()
        codes = await self._by_code(moment, {row.code for row in rows if row.code and not row.subject})
        names = await self._by_name(moment, table, {fold_name(row.name) for row in rows if not row.subject})
        found = [await self._one(moment, table, row, codes, names) for row in rows]
        subjects = [one for one in found if isinstance(one, str)]
        joinable = await self._joinable(moment, table, {fold_name(row.organisation) for row in rows} - {""})
        forming = await self._forming(moment, table, subjects if any(row.forms_own for row in rows) else [])
        return [
            one if isinstance(one, Unmatched)
            else Found(one, forming.get(one), joinable.get(fold_name(row.organisation), ()))
            for one, row in zip(found, rows, strict=True)
        ]  # fmt: skip

    async def _one(
        self, moment: Moment, table: sql.Identifier, row: Asked, codes: dict[str, str], names: _Named
    ) -> str | Unmatched:  # fmt: skip
        if row.subject or row.code:
            return row.subject or codes.get(row.code) or Unmatched(_unknown(row.code))
        if not row.name:
            return Unmatched(fault("no-name", field="name"))
        bearers = names.get(fold_name(row.name), [])
        here = [one for one in bearers if one.unit in self._units]
        if len(here) == 1:
            return here[0].subject
        if bearers:
            reason = "several-names" if here else "elsewhere"
            return self._unmatched(reason, row, here or bearers, count=len(here))
        near = await self._likeness(moment, table)
        return self._unmatched("unknown-name", row, near.nearest(row.name))

    def _unmatched(self, reason: str, row: Asked, found: Iterable[Candidate], **values: object) -> Unmatched:
        unit = self._tree.path_name(self._unit) or self._tree.name(self._unit)
        shown = tuple(one._replace(unit=self._tree.path_name(one.unit)) for one in found)
        return Unmatched(fault(reason, field="name", kind="unknown", name=row.name, unit=unit, **values), shown)

    async def _likeness(self, moment: Moment, table: sql.Identifier) -> Likeness[Candidate]:
        if self._near is None:
            rows = await _fetch(moment, _ALL, table, list(self._units))
            self._near = Likeness((name, Candidate(subject, code, name, unit)) for subject, code, name, unit, _ in rows)
        return self._near

    async def _by_code(self, moment: Moment, codes: set[str]) -> dict[str, str]:
        if not codes:
            return {}
        query = "select key, subject from claim where kind = 'code' and key = any(%s)"
        rows = await (await moment.connection.execute(query, (list(codes),))).fetchall()
        return {str(code): str(subject) for code, subject in rows}

    async def _by_name(self, moment: Moment, table: sql.Identifier, names: set[str]) -> _Named:
        found: _Named = {}
        rows = await _fetch(moment, _NAMED, table, list(names)) if names else []
        for subject, code, name, unit, folded in rows:
            if unit in self._within:
                found.setdefault(folded, []).append(Candidate(subject, code, name, unit))
        return found

    async def _joinable(
        self, moment: Moment, table: sql.Identifier, names: set[str]
    ) -> dict[str, tuple[Joinable, ...]]:  # fmt: skip
        """Organisations of these names at or under the unit, or at one above it; each name is looked up once."""
        unseen = names - self._joined.keys()
        if unseen:
            self._joined |= dict.fromkeys(unseen, ())
            above = self._tree.ancestors(self._unit)
            for subject, form, folded, unit in await _fetch(moment, _JOINABLE, table, list(unseen)):
                if unit in self._units or unit in above:
                    self._joined[folded] += (Joinable(subject, form),)
        return self._joined

    async def _forming(self, moment: Moment, table: sql.Identifier, subjects: list[str]) -> dict[str, str]:
        if not subjects:
            return {}
        return {of: subject for subject, of in await _fetch(moment, _FORMING, table, subjects)}


def _unknown(code: str) -> Refused:
    return refuse("unknown-code", field="code", kind="unknown", code=code)


async def _fetch(moment: Moment, query: str, table: sql.Identifier, *values: object) -> list[tuple[Any, ...]]:
    return await (await moment.connection.execute(sql.SQL(query).format(table=table), values)).fetchall()
