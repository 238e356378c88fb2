"""Each work list as one question to the directory; all of them are read in the same way, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import AsyncConnection, sql

from xianfeng.units import TreeOfDay

__all__ = ["LISTS", "After", "Item", "Listed", "Question", "read"]

_ENDING = timedelta(days=90)
"""An adviser whose term ends within this time is to be followed by another (assumed, as for organisations' terms)."""

# Columns of every list: since, name_folded, subject, kind, subject's kind, code, name, unit, until.
_MATTERS: Final = """
select m.told ->> 0 as since, d.name_folded, d.subject, m.kind, d.kind as of, d.code, d.name, d.unit,
       null::date as until
  from {directory} d, lateral jsonb_each(d.matters) m(kind, told)
 where d.matters <> '{{}}' and split_part(m.kind, '.', 1) = any({kinds})
   and (%(all)s or d.unit in (select unit from here))
"""
_UNPLACED: Final = """
select '' as since, d.name_folded, d.subject, 'unplaced' as kind, d.kind as of, d.code, d.name, d.unit,
       null::date as until
  from {directory} d where d.kind = 'enterprise' and not d.ended and d.unit = any(%(upper)s)
"""
# The matter names what stands: `own.<organisation>` or `membership.<organisation>`.
_TO_SETTLE: Final = """
select '' as since, d.name_folded, d.subject, 'to_settle.' || s.slot || '.' || (d.view -> s.slot ->> 0) as kind,
       d.kind as of, d.code, d.name, d.unit, null::date as until
  from {directory} d, lateral (select case when d.view ? 'own' then 'own' else 'membership' end) s(slot)
 where d.kind = 'enterprise' and not d.ended and (%(all)s or d.unit in (select unit from here))
   and d.view ->> 'registry_status' in ('revoked', 'deregistered') and d.view ?| array['own', 'membership']
"""
# Serves a project here, is at home elsewhere, and nobody here has said that it is a working unit's.
_OUTSIDE: Final = """
select '' as since, e.name_folded, e.subject, 'outside' as kind, e.kind as of, e.code, e.name, e.unit,
       null::date as until
  from {directory} e
 where e.subject in (
       select p.view ->> 'served_by' from {directory} p
        where p.kind = 'project' and not p.ended and p.unit in (select unit from here)
          and p.view ? 'served_by')
   and not e.ended and not %(all)s and e.unit not in (select unit from here)
   and not exists (select 1 from jsonb_object_keys(e.view) slot
                    where slot like 'working.%%' and substr(slot, 9) in (select unit from here))
"""
_ADVISERS: Final = """
select (d.next_change - 1)::text as since, d.name_folded, d.subject, 'advisers' as kind, d.kind as of, d.code,
       d.view ->> 'holder' as name, d.unit, d.next_change - 1 as until
  from {directory} d
 where d.kind = 'adviser' and not d.ended and d.next_change - 1 <= %(ending)s
   and (%(all)s or d.unit in (select unit from here))
"""


class After(NamedTuple):
    """Where a page begins: after this item."""

    since: str
    name: str
    subject: str
    kind: str


class Item(NamedTuple):
    """One row; an adviser's `name` is the id of its holder."""

    since: str
    name_folded: str
    subject: str
    kind: str
    of: str
    code: str
    name: str
    unit: str
    until: date | None


@dataclass(frozen=True)
class Listed:
    """A list: its statement, and the kinds of matters that belong to it."""

    statement: LiteralString
    kinds: tuple[str, ...] = ()


LISTS: Mapping[str, Listed] = {
    "unplaced": Listed(_UNPLACED),
    "confirm": Listed(_MATTERS, ("new", "moved", "merged")),
    "outside": Listed(_OUTSIDE),
    "to_settle": Listed(_TO_SETTLE),
    "filing": Listed(_MATTERS, ("filing",)),
    "difference": Listed(_MATTERS, ("difference",)),
    "verification": Listed(_MATTERS, ("verification",)),
    "advisers": Listed(_ADVISERS),
}


class Question(NamedTuple):
    """What is asked of one directory: `units` None are all; `upper` those that only hold the unplaced."""

    directory: sql.Identifier
    tree: TreeOfDay
    units: Sequence[str] | None
    upper: Sequence[str]


# Units travel as one text: an array of thousands takes ten times as long.
_READ: Final = """
with here(unit) as materialized (select unnest(string_to_array(%(units)s, E'\\n'))),
     found as ({lists}),
     counted as (select *, count(*) over (partition by list) as total from found)
select list, total, since, name_folded, subject, kind, of, code, name, unit, until from (
    select *, row_number() over (partition by list order by since, name_folded, subject, kind) as place from counted
     where (since, name_folded, subject, kind) > (%(since)s, %(name)s, %(subject)s, %(kind)s)
) t where place <= %(limit)s order by list, place
"""


async def read(
    connection: AsyncConnection[Any], question: Question, names: Sequence[str], after: After, limit: int
) -> dict[str, tuple[int, list[Item]]]:
    """By list, how many are in it and its items after one, the oldest first; a list with none left is left out."""
    values = {
        "all": question.units is None, "units": "\n".join(question.units or ()), "upper": list(question.upper),
        "ending": question.tree.day + _ENDING, "limit": limit, **after._asdict(),
        **{f"kinds_{name}": list(LISTS[name].kinds) for name in names},
    }  # fmt: skip
    lists = sql.SQL(" union all ").join(_list(name, question.directory) for name in names)
    rows = await (await connection.execute(sql.SQL(_READ).format(lists=lists), values)).fetchall()
    answer: dict[str, tuple[int, list[Item]]] = {}
    for name, total, *row in rows:
        answer.setdefault(name, (total, []))[1].append(Item(*row))
    return answer


def _list(name: str, directory: sql.Identifier) -> sql.Composed:
    rows = sql.SQL(LISTS[name].statement).format(directory=directory, kinds=sql.Placeholder(f"kinds_{name}"))
    return sql.SQL("select {}::text as list, t.* from ({}) t").format(sql.Literal(name), rows)
