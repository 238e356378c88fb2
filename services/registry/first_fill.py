"""The first start: the units of the whole country since 1980 become events, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, get_args

from psycopg import Connection

from services.registry.bulk import Planned, claim_many, import_events
from services.registry.divisions import iter_changes, iter_divisions
from services.registry.events.unit import Level, UnitClosed, UnitMoved, UnitOpened, UnitRenamed
from xianfeng.clock import Clock
from xianfeng.event import Data
from xianfeng.units import Closed, Moved, Opened, Renamed, UnitChange

__all__ = ["ACTOR", "fill_units", "plan_units"]

ACTOR = "system:registry"
_DONE = "select true from claim where kind = 'filled' and key = 'units'"


def fill_units(connection: Connection[Any], clock: Clock, changes: Iterable[UnitChange] | None = None) -> int:
    """Record all units unless that was done; how many events were new. An interrupted fill is completed.

    Takes some seconds; `connection` is in autocommit mode.
    """
    if connection.execute(_DONE).fetchone():
        return 0
    told = list(iter_changes(iter_divisions()) if changes is None else changes)
    written = import_events(connection, plan_units(told), actor=ACTOR, clock=clock, chunk=10_000)
    claim_many(connection, "unit-code", _bearers(told))
    claim_many(connection, "filled", {"units": ACTOR})
    return written


def plan_units(changes: Iterable[UnitChange]) -> Iterator[Planned]:
    """The events of these changes, in their order."""
    versions: Counter[str] = Counter()
    for change in changes:
        versions[change.id] += 1
        yield Planned(change.id, versions[change.id], _data(change), change.day)


def _data(change: UnitChange) -> Data:
    match change:
        case Opened():
            level = change.level if change.level in get_args(Level) else "other"
            return UnitOpened(
                name=change.name, level=level, parent=change.parent, code=change.code, order=change.order,
                also=change.also or None,
            )  # fmt: skip
        case Renamed():
            return UnitRenamed(name=change.name)
        case Moved():
            return UnitMoved(parent=change.parent)
        case Closed():
            return UnitClosed(successors=change.successors)


def _bearers(changes: Iterable[UnitChange]) -> dict[str, str]:
    """Code → the unit that bears it now, else the one that bore it last."""
    begun: dict[str, tuple[bool, date, str]] = {}
    closed = {change.id for change in changes if isinstance(change, Closed)}
    for change in changes:
        if isinstance(change, Opened) and change.code is not None:
            candidate = (change.id not in closed, change.day, change.id)
            begun[change.code] = max(begun.get(change.code, candidate), candidate)
    return {code: unit for code, (_, _, unit) in begun.items()}
