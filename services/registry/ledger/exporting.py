"""The pre-filled rows of a unit: its enterprises as they stand today, folded from the log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import date
from typing import Any, NamedTuple

from psycopg import sql

from services.registry.directory import name_on, unit_on
from services.registry.domain.base import DatedAggregate
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.organisation import Organisation
from services.registry.events import CATALOGUE
from services.registry.ledger.fields import Values
from services.registry.ledger.standing import organisation_of, standing_values
from services.registry.queries.reading import Moment
from xianfeng.collector import resting
from xianfeng.units import TreeOfDay

__all__ = ["Exported", "export_rows"]

_CHUNK = 500
_LISTED = "select subject, unit, name_folded from {table} where kind = 'enterprise' and not ended and unit = any(%s)"
_STATES = """
select originator_id, state from registry_events where originator_id = any(%s)
 order by originator_id, originator_version
"""
_REGISTERED = ("registry_status", "kind", "founded", "address")


class Exported(NamedTuple):
    """One enterprise. `unit` is the path of its home unit's names."""

    subject: str
    version: int
    values: Values


async def export_rows(moment: Moment, tree: TreeOfDay, unit: str, day: date) -> AsyncGenerator[list[Exported], None]:
    """The enterprises at or under the unit, in division order and then by name, some hundred at a time."""
    table, _ = await moment.directory()
    units = list(tree.subtree(unit))
    place = {found: number for number, found in enumerate(units)}
    listed = await _fetch(moment, sql.SQL(_LISTED).format(table=table), units)
    listed.sort(key=lambda row: (place[row[1]], row[2], row[0]))
    for start in range(0, len(listed), _CHUNK):
        subjects = [row[0] for row in listed[start : start + _CHUNK]]
        enterprises = await _folded(moment, Enterprise, subjects)
        covering = {subject: organisation_of(found, day) for subject, found in enterprises.items()}
        organisations = await _folded(moment, Organisation, [one for one in covering.values() if one])
        found = ((enterprises[one], organisations.get(covering[one] or "")) for one in subjects if one in enterprises)
        yield [_row(tree, enterprise, organisation, day) for enterprise, organisation in found]


def _row(tree: TreeOfDay, enterprise: Enterprise, organisation: Organisation | None, day: date) -> Exported:
    values = standing_values(enterprise, organisation, day)
    values |= {"name": name_on(enterprise, day), "code": enterprise.code}
    home = unit_on(enterprise, day)
    values["unit"] = tree.path_name(home) or tree.name(home) if home in tree else ""
    registered = {slot: enterprise.known(slot, day) for slot in _REGISTERED if slot in enterprise.slots}
    values |= {slot: value.isoformat() if isinstance(value, date) else str(value) for slot, value in registered.items()}
    return Exported(enterprise.id, enterprise.version, values)


async def _folded(moment: Moment, kind: type[DatedAggregate], subjects: Sequence[str]) -> dict[str, Any]:
    rows = await _fetch(moment, _STATES, list(dict.fromkeys(subjects)))
    # Folding holds the processor for a while: the calls of others go on meanwhile.
    with resting():
        return await asyncio.to_thread(_fold, kind, rows)


def _fold(kind: type[DatedAggregate], rows: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    found: dict[str, DatedAggregate] = {}
    for subject, raw in rows:
        if subject not in found:
            found[subject] = kind(subject)
        found[subject].apply(CATALOGUE.load(raw))
    return found


async def _fetch(moment: Moment, query: Any, *values: object) -> list[tuple[Any, ...]]:
    return await (await moment.connection.execute(query, values)).fetchall()
