"""The advisers of a unit in office on a day, and whom each of them looks after (domain §10, L11).

Of today the directory says who looks after whom; of another day the subjects that ever named an adviser are folded
up to that day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import sql

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from services.registry.directory import code_of, ended_on, name_on
from services.registry.domain.adviser import Adviser
from services.registry.domain.base import DatedAggregate
from services.registry.queries.reading import Moment, fold
from services.registry.queries.request import Trees, below, count, read_day, read_unit, unit_name
from services.registry.queries.tokens import foreign_token
from xianfeng.rpc.caller import Principal
from xianfeng.units import TreeOfDay

__all__ = ["posts"]

_PAGE, _MOST = 50, 200
_SLOTS = ("adviser.community", "adviser.other", "adviser")
"""Slots of enterprises and projects that name their adviser."""

_ADVISERS = "select subject, unit from {} where kind = 'adviser' and (%(all)s or unit = any(%(units)s))"
_NAMING = """
select subject, kind, code, name, view from {}
 where names && %(advisers)s and kind in ('enterprise', 'project') and not ended order by name_folded, subject
"""
_LINKED = "select distinct subject from link where target = any(%(advisers)s)"
LookedAfter = dict[str, list[pb.LookedAfter]]


@dataclass(frozen=True, slots=True)
class _Asked:
    moment: Moment
    table: sql.Identifier
    tree: TreeOfDay
    day: date
    today: date


async def posts(
    moment: Moment, trees: Trees, request: pb.ListAdviserPostsRequest, caller: Principal
) -> pb.ListAdviserPostsResponse:
    """One page, by unit in division order. Raises Refused for what cannot be asked; names are not filled in."""
    size = count(request.page_size, _PAGE, _MOST, "page_size")
    table, today = await moment.directory()
    day = read_day(request.day, today)
    tree = trees.on(day)
    asked = _Asked(moment, table, tree, day, today)
    unit = read_unit(tree, request.unit, caller, "unit")
    serving = await _in_office(asked, unit)
    start = _start(serving, request.page_token)
    page = serving[start : start + size]
    looked_after = await _looked_after(asked, {adviser.id for adviser in page})
    return pb.ListAdviserPostsResponse(
        rows=[_post(asked, adviser, looked_after.get(adviser.id, ())) for adviser in page], total=len(serving),
        next_page_token=page[-1].id if start + size < len(serving) else "", day=day.isoformat(),
        demonstration=tree.demonstration, before=start, path=_path(tree, unit, caller),
    )  # fmt: skip


def _path(tree: TreeOfDay, unit: str, caller: Principal) -> list[pb.UnitName]:
    """From the account's own unit down: what lies above it is none of its lists."""
    above = [unit_name(tree, one) for one in reversed(tree.ancestors(unit))]
    own = next((place for place, one in enumerate(above) if one.id == caller.unit), 0)
    return above[own:]


async def _in_office(asked: _Asked, unit: str) -> list[Adviser]:
    units = below(asked.tree, unit)
    values = {"all": units is None, "units": units or []}
    rows = await _rows(asked.moment, sql.SQL(_ADVISERS).format(asked.table), values)
    order = {one: place for place, one in enumerate(asked.tree.subtree(unit))}
    place = {subject: (order[at], subject) for subject, at in rows}
    found = [one for one in await _folded(asked.moment, place) if isinstance(one, Adviser)]
    serving = [one for one in found if one.value("term", asked.day) and not ended_on(one, asked.day)]
    return sorted(serving, key=lambda adviser: place[adviser.id])


def _start(serving: Sequence[Adviser], token: str) -> int:
    """Behind the adviser that the page before ended with."""
    if not token:
        return 0
    found = next((place for place, adviser in enumerate(serving) if adviser.id == token), None)
    if found is None:
        raise foreign_token()
    return found + 1


async def _looked_after(asked: _Asked, advisers: Collection[str]) -> LookedAfter:
    if asked.day == asked.today:
        return await _of_today(asked, advisers)
    linked = await _rows(asked.moment, sql.SQL(_LINKED), {"advisers": list(advisers)})
    subjects = await _folded(asked.moment, [subject for (subject,) in linked])
    found: LookedAfter = defaultdict(list)
    for one in sorted(subjects, key=lambda one: (name_on(one, asked.day), one.id)):
        if not ended_on(one, asked.day):
            naming = {one.value(slot, asked.day) for slot in _SLOTS} & set(advisers)
            for adviser in naming:
                found[adviser].append(_named(one.id, code_of(one), name_on(one, asked.day), one.KIND))
    return found


async def _of_today(asked: _Asked, advisers: Collection[str]) -> LookedAfter:
    found: LookedAfter = defaultdict(list)
    rows = await _rows(asked.moment, sql.SQL(_NAMING).format(asked.table), {"advisers": list(advisers)})
    for subject, kind, code, name, view in rows:
        for adviser in {view.get(slot) for slot in _SLOTS}.intersection(advisers):
            found[adviser].append(_named(subject, code, name, kind))
    return found


def _post(asked: _Asked, adviser: Adviser, looked_after: Iterable[pb.LookedAfter]) -> pb.AdviserPost:
    term = adviser.entry("term", asked.day)
    assert term is not None
    unit, full_time = (adviser.value(slot, asked.day) for slot in ("unit", "full_time"))
    return pb.AdviserPost(
        subject=adviser.id, holder=adviser.holder, kind=adviser.kind, full_time=bool(full_time),
        unit=unit_name(asked.tree, str(unit)), since=term.effective.isoformat(),
        until=term.until.isoformat() if term.until else "", looked_after=looked_after,
    )  # fmt: skip


def _named(subject: str, code: str, name: str, kind: str) -> pb.LookedAfter:
    return pb.LookedAfter(subject=subject, code=code, name=name, kind=kind)


async def _folded(moment: Moment, subjects: Iterable[str]) -> list[DatedAggregate]:
    """Those of the subjects that the log knows, as they stand now with all their days."""
    return [fold(events, subject) for subject, events in (await moment.events_of(subjects)).items()]


async def _rows(moment: Moment, statement: sql.SQL | sql.Composed, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    return await (await moment.connection.execute(statement, values)).fetchall()
