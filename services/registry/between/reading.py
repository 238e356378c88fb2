"""Open matters of a unit from the directory, each with the event that opened it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, get_args

from psycopg import sql

from services.registry.events import CATALOGUE
from services.registry.events.base import FactVoidedBase
from services.registry.events.enterprise import (
    ConfirmingSource,
    EnterpriseMembersCounted,
    EnterpriseMembersReported,
)
from services.registry.queries.reading import Moment
from xianfeng.event import Event

__all__ = ["KINDS", "Counted", "Counts", "Open", "both", "counted", "open_matters", "with_events"]

FIELDS = ("formal", "probationary", "elsewhere")
KINDS = ("verification", "scope", "not_ready", "transfer")
# Whose turn a 数据核实 is does not depend on its event, and there may be very many: those are read for a page alone.
# Units travel as one text: an array of thousands takes ten times as long.
_OPEN = """
with here(unit) as materialized (select unnest(string_to_array(%(units)s, E'\\n')))
select d.subject, d.code, d.name, d.unit, m.kind, m.told ->> 0, (m.told ->> 1)::int, e.state
  from {directory} d cross join lateral jsonb_each(d.matters) m(kind, told)
  left join registry_events e on m.kind not like 'verification.%%'
       and e.originator_id = d.subject and e.originator_version = (m.told ->> 1)::int
 where d.matters <> '{{}}' and split_part(m.kind, '.', 1) = any(%(kinds)s)
   and (%(all)s or d.unit in (select unit from here)
        or (m.kind = 'transfer' and m.told ->> 2 in (select unit from here)))
 order by m.told ->> 0, d.name_folded, d.subject, m.kind
"""
_EVENTS = """
select e.originator_id, e.originator_version, e.state
  from unnest(%s::text[], %s::int[]) wanted (subject, version)
  join registry_events e on e.originator_id = wanted.subject and e.originator_version = wanted.version
"""


class Open(NamedTuple):
    """One matter, opened by the event of this `version`. Of a verification it has the `field`, and not the event."""

    subject: str
    code: str
    name: str
    unit: str
    kind: str
    field: str
    since: str
    version: int
    event: Event | None


class Counted(NamedTuple):
    """A count, who said it, and from which day."""

    value: int
    source: str
    on: str


Counts = Mapping[tuple[str, str, bool], Counted]
"""By (subject, field, confirmed)."""


async def open_matters(
    moment: Moment, directory: sql.Identifier, units: Collection[str] | None, kinds: Sequence[str]
) -> list[Open]:
    """Those about enterprises of the units (None: of all), and transfers to them, the oldest first."""
    values = {"all": units is None, "units": "\n".join(units or ()), "kinds": list(kinds)}
    rows = await (await moment.connection.execute(sql.SQL(_OPEN).format(directory=directory), values)).fetchall()
    return [_open(*row) for row in rows]


def _open(  # noqa: PLR0917 - a row
    subject: str, code: str, name: str, unit: str, kind: str, since: str, version: int, raw: bytes | None
) -> Open:  # fmt: skip
    kind, _, field = kind.partition(".")
    return Open(subject, code, name, unit, kind, field, since, version, CATALOGUE.load(raw) if raw else None)


async def with_events(moment: Moment, matters: Sequence[Open]) -> list[tuple[Open, Event]]:
    """Each with the event that opened it."""
    missing = [one for one in matters if one.event is None]
    wanted = ([one.subject for one in missing], [one.version for one in missing])
    rows = await (await moment.connection.execute(_EVENTS, wanted)).fetchall() if missing else []
    found = {(str(subject), version): CATALOGUE.load(raw) for subject, version, raw in rows}
    return [(one, one.event or found[one.subject, one.version]) for one in matters]


def both(one: Open, event: Event, counts: Counts) -> tuple[Counted | None, Counted | None]:
    """What is confirmed and counts, and what differs from it: of a verification between two confirmed counts as its
    event says them, else the newest of each.
    """
    data: Any = event.data
    if data.source is None:
        return counts.get((one.subject, one.field, True)), counts.get((one.subject, one.field, False))
    on = event.effective.isoformat()
    first = next(source for source in get_args(ConfirmingSource) if source != data.source)
    return Counted(data.confirmed, first, on), Counted(data.reported, data.source, on)


async def counted(moment: Moment, matters: Sequence[Open]) -> Counts:
    """The newest count by (subject, field, confirmed), for both sides of each verification."""
    subjects = {one.subject for one in matters}
    told = await moment.events_of(subjects) if subjects else {}
    events = list(chain.from_iterable(told.values()))
    voided = {event.data.event for event in events if isinstance(event.data, FactVoidedBase)}
    found: dict[tuple[str, str, bool], Counted] = {}
    for event in events:
        data = event.data
        if isinstance(data, EnterpriseMembersCounted | EnterpriseMembersReported) and event.id not in voided:
            confirmed, on = isinstance(data, EnterpriseMembersCounted), event.effective.isoformat()
            for field in FIELDS:
                if (value := getattr(data, field)) is not None:
                    found[event.originator_id, field, confirmed] = Counted(value, data.source, on)
    return found
