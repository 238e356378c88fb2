"""The story goes into the store by the bulk path, some days a transaction; what was interrupted is completed.

Each transaction holds whole acts with their rows (links, claims, holders) and the number of parts that are stored,
so that the same plan begins again exactly where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg import Connection

from services.registry.bulk import CHUNK
from services.registry.demo.places import Province, load_province
from services.registry.demo.plan import ROOT, SOURCE, START, Plan
from services.registry.demo.story import tell
from services.registry.demo.world import Told
from services.registry.domain.unit import Unit
from services.registry.events import CATALOGUE
from services.registry.events.unit import UnitDemonstrationFilled
from services.registry.holders import Holders
from xianfeng.clock import Clock
from xianfeng.collector import resting
from xianfeng.event import Act, acting, new_id
from xianfeng.refusal import Refused
from xianfeng.store import bulk
from xianfeng.store.reader import find_claim, history
from xianfeng.words import say

__all__ = ["Filled", "State", "fill", "state_of"]

_KIND = "demonstration"
_PLAN, _PARTS, _WHOLE = "plan", "parts", "whole"
_ACTOR = "system:demo"
_GATHERED = 1_400
"""A part is closed when it has so many events; a day beyond CHUNK is cut."""


class State(NamedTuple):
    """What the store holds: a demonstration begun by a plan, `parts` of it, `whole` or not; other enterprises."""

    plan: Plan | None
    parts: int
    whole: bool
    others: bool


class Filled(NamedTuple):
    """`events` were new."""

    plan: Plan
    events: int


class _Part(NamedTuple):
    """`ends`: how many of the events are of that day or earlier, by day."""

    told: Told
    ends: list[tuple[datetime, int]]
    day: date


def state_of(connection: Connection[Any]) -> State:
    """What is in the store that concerns a demonstration."""
    plan = find_claim(connection, _KIND, _PLAN)
    others = connection.execute("select exists (select from claim where kind = 'code')").fetchone()
    return State(
        None if plan is None else Plan.from_text(plan), int(find_claim(connection, _KIND, _PARTS) or 0),
        find_claim(connection, _KIND, _WHOLE) is not None, plan is None and bool(others and others[0]),
    )  # fmt: skip


def fill(
    connection: Connection[Any], plan: Plan, holders: Holders, clock: Clock,
    progress: Callable[[float], None] = lambda share: None,
) -> Filled:  # fmt: skip
    """Fill the store, or complete what was begun by an earlier plan. `connection` in autocommit mode.

    Raises Refused where enterprises stand that are no demonstration's.
    """
    state = state_of(connection)
    if state.others:
        raise _refused("others")
    plan = state.plan or plan
    if state.whole:
        return Filled(plan, 0)
    if state.plan is None:
        _begin(connection, plan, clock)
    with resting():
        return Filled(plan, _go_on(connection, plan, state.parts, holders, progress))


def _begin(connection: Connection[Any], plan: Plan, clock: Clock) -> None:
    """Before the first fact stands that what follows is a demonstration."""
    unit = find_claim(connection, "unit-code", ROOT)
    if unit is None:
        raise _refused("root")
    with connection.transaction():
        _put(connection, _PLAN, plan.to_text())
        province = Unit(unit).replay(history(connection, "registry", unit, CATALOGUE))
        province.clock, province.source = clock, SOURCE
        with acting(Act(_ACTOR, new_id(clock), effective=START)):
            province.fill_with_demonstration(UnitDemonstrationFilled())
        bulk.append(connection, "registry", province.collect_events())


def _go_on(
    connection: Connection[Any], plan: Plan, stored: int, holders: Holders, progress: Callable[[float], None]
) -> int:
    written, ended = 0, dict[str, date]()
    recorded = _recorded(connection) if stored else {}
    days = max((plan.until - START).days, 1)
    for number, part in enumerate(_parts(plan, load_province(), recorded), start=1):
        ended.update(part.told.ended)
        for holder in part.told.erased:
            del ended[holder]
        if number > stored:
            with connection.transaction():
                _append(connection, part, holders)
                _put(connection, _PARTS, str(number))
            written += len(part.told.events)
        progress((part.day - START).days / days)
    with connection.transaction():
        # Not earlier: beside a fill that goes on, registry would forget people whom the story still needs.
        connection.cursor().executemany("update holder set ended_on = %s where holder = %s",
                                        [(day, holder) for holder, day in ended.items()])  # fmt: skip
        _put(connection, _WHOLE, plan.to_text())
    progress(1.0)
    return written


def _recorded(connection: Connection[Any]) -> dict[tuple[str, int], str]:
    """Ids of what is stored: a correction names the event that stands, not the one that was made again."""
    rows = connection.execute(
        "select originator_id, originator_version, convert_from(state, 'UTF8')::jsonb->>'id' from registry_events"
        " where topic = any(%s)",
        (["enterprise.members-counted.v1", "enterprise.mass-organisation-formed.v1"],),
    )
    return {(str(subject), int(version)): str(event) for subject, version, event in rows}


def _parts(plan: Plan, province: Province, recorded: dict[tuple[str, int], str]) -> Iterator[_Part]:
    part = _Part(Told(), [], START)
    for day, told in tell(plan, province, recorded):
        part = _Part(part.told, part.ends, day)
        part.told.add(told)
        if told.events:
            part.ends.append((datetime.fromisoformat(told.events[-1].time), len(part.told.events)))
        if len(part.told.events) >= _GATHERED:
            yield from _cut(part)
            part = _Part(Told(), [], day)
    yield from _cut(part)


def _cut(part: _Part) -> Iterator[_Part]:
    """At most CHUNK events each; the rows go with the first."""
    events = part.told.events
    for begin in range(0, max(len(events), 1), CHUNK):
        told = part.told if begin == 0 else Told()
        told.events = events[begin : begin + CHUNK]
        ends = [(at, end - begin) for at, end in part.ends if begin < end <= begin + CHUNK]
        yield _Part(told, ends, part.day)


def _append(connection: Connection[Any], part: _Part, holders: Holders) -> None:
    told = part.told
    last = bulk.append(connection, "registry", told.events)
    first = last - len(told.events)
    cursor = connection.cursor()
    # Known from the days on which it was said: bulk.append knows of the present alone.
    cursor.executemany(
        "insert into mark (minute, position, instant) values (date_trunc('minute', %s, 'UTC'), %s, %s)"
        " on conflict (minute) do nothing",
        [(at, first + end, at) for at, end in part.ends],
    )
    cursor.executemany("insert into link (target, subject) values (%s, %s) on conflict do nothing", list(told.links))
    for (kind, key), subject in told.claims.items():
        if subject is None:
            cursor.execute("delete from claim where kind = %s and key = %s", (kind, key))
    cursor.executemany("insert into claim (kind, key, subject) values (%s, %s, %s)",
                       [(*key, subject) for key, subject in told.claims.items() if subject is not None])  # fmt: skip
    cursor.executemany(
        "insert into holder (holder, subject, sealed, written_at) values (%s, %s, %s, %s)",
        [(h, p.subject, holders.seal(h, p.name, ""), told.events[-1].time) for h, p in told.people.items()],
    )
    cursor.executemany("delete from holder where holder = %s", [(holder,) for holder in told.erased])


def _put(connection: Connection[Any], key: str, text: str) -> None:
    connection.execute(
        "insert into claim (kind, key, subject) values (%s, %s, %s)"
        " on conflict (kind, key) do update set subject = excluded.subject",
        (_KIND, key, text),
    )


def _refused(reason: str) -> Refused:
    message, remedy = (say(f"demo.refused.{reason}.{part}") for part in ("message", "remedy"))
    return Refused(message, reason=f"demo-{reason}", remedy=remedy)
