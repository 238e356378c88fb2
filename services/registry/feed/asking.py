"""What waits for persons: imports, enterprises to be placed, differences, status words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg import sql

from proto.xianfeng.registry.v1 import imports_pb2 as pb
from services.registry.feed.placing import UPPER
from services.registry.feed.staging import OPEN, Staged
from services.registry.queries.reading import Moment
from services.registry.queries.request import Trees, count, read_unit, short
from services.registry.queries.shown import slot_label, value_in_words
from xianfeng.rpc.caller import Principal
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay

__all__ = ["differences", "status_words", "unplaced", "waiting", "words_of"]

_PAGE, _MOST = 50, 1000
_UNPLACED = """
 from {table} where kind = 'enterprise' and not ended and unit = any(%(units)s)
"""
_DIFFERENCES = """
 from feed_difference f join {table} d on d.subject = f.subject
 where not f.settled and not d.ended and d.unit = any(%(units)s)
"""


async def waiting(pool: Pool) -> list[Staged]:
    """Imports that wait or were interrupted, the oldest first."""
    async with pool.connection() as connection:
        return [Staged(*row) for row in await (await connection.execute(OPEN)).fetchall()]


async def words_of(pool: Pool, source: str) -> list[str]:
    """The unresolved status words of one source."""
    async with pool.connection() as connection:
        query = "select distinct word from feed_known where word <> '' and source = %s order by word limit 50"
        return [str(word) for (word,) in await (await connection.execute(query, (source,))).fetchall()]


async def status_words(pool: Pool) -> pb.StatusWordsResponse:
    """All unresolved status words, and how many enterprises wait with each."""
    query = "select word, count(distinct code) from feed_known where word <> '' group by word order by 2 desc, 1"
    async with pool.connection() as connection:
        rows = await (await connection.execute(query)).fetchall()
    return pb.StatusWordsResponse(words=[pb.StatusWord(word=word, enterprises=number) for word, number in rows])


async def unplaced(pool: Pool, trees: Trees, request: pb.UnplacedRequest, caller: Principal) -> pb.UnplacedResponse:
    """A page of the enterprises that stand at a city or above, by code."""
    size = count(request.page_size, _PAGE, _MOST, "page_size")
    async with Moment.of(pool) as moment:
        table, day = await moment.directory()
        tree = trees.on(day)
        unit = read_unit(tree, request.unit, caller, "unit")
        units = [found for found in tree.subtree(unit) if tree.level(found) in UPPER]
        values = {"units": units, "after": short(request.after, "after"), "limit": size + 1}
        chosen = sql.SQL(_UNPLACED).format(table=table)
        page = sql.SQL("select code, name, coalesce(view->>'address', ''), unit") + chosen
        page += sql.SQL(" and code > %(after)s order by code limit %(limit)s")
        rows = await _fetch(moment, page, values)
        total = await _fetch(moment, sql.SQL("select count(*)") + chosen, values)
    shown = [
        pb.UnplacedEnterprise(code=code, name=name, address=address, unit=tree.path_name(at))
        for code, name, address, at in rows[:size]
    ]
    more = rows[size - 1][0] if len(rows) > size else ""
    return pb.UnplacedResponse(enterprises=shown, total=total[0][0], next=more, demonstration=tree.demonstration)


async def differences(
    pool: Pool, trees: Trees, request: pb.DifferencesRequest, caller: Principal, today: date
) -> pb.DifferencesResponse:
    """A page of the open differences, by code and field."""
    size = count(request.page_size, _PAGE, _MOST, "page_size")
    async with Moment.of(pool) as moment:
        table, _ = await moment.directory()
        tree = trees.on(today)
        units = list(tree.subtree(read_unit(tree, request.unit, caller, "unit")))
        after, _, after_field = short(request.after, "after").partition(" ")
        values = {"units": units, "after": after, "field": after_field, "limit": size + 1}
        chosen = sql.SQL(_DIFFERENCES).format(table=table)
        page = sql.SQL("select f.subject, d.code, d.name, f.field, f.known, f.reported, f.source, f.raised_on") + chosen
        page += sql.SQL(" and (d.code, f.field) > (%(after)s, %(field)s) order by d.code, f.field limit %(limit)s")
        rows = await _fetch(moment, page, values)
        total = await _fetch(moment, sql.SQL("select count(*)") + chosen, values)
    more = f"{rows[size - 1][1]} {rows[size - 1][3]}" if len(rows) > size else ""
    return pb.DifferencesResponse(
        differences=[_difference(tree, row) for row in rows[:size]],
        total=total[0][0],
        next=more,
        demonstration=tree.demonstration,
    )


def _difference(tree: TreeOfDay, row: tuple[Any, ...]) -> pb.Difference:
    subject, code, name, field, known, reported, source, raised_on = row
    names = {text: tree.path_name(text) for text in (known, reported) if text in tree}
    return pb.Difference(
        subject=subject, code=code, name=name, field=field, label=slot_label(field, {}),
        known=value_in_words(known or None, names), reported=value_in_words(reported, names), source=source,
        raised_on=raised_on.isoformat(),
    )  # fmt: skip


async def _fetch(moment: Moment, query: sql.Composed, values: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    return await (await moment.connection.execute(query, values)).fetchall()
