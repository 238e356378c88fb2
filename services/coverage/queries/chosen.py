"""One page of the rows of a kind that hold on a day: chosen, put in order, cut, and where it stands in the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from psycopg import sql

from services.coverage.projection.tables import table
from services.coverage.queries.paging import Cursor, Order, Place, token_of
from services.coverage.queries.snapshot import Snapshot
from services.coverage.queries.span import Span

__all__ = ["Chosen", "Row", "Wanted", "choose"]

# The row of the sums is there even when the page is empty.
_PAGE = """
with life as (
    select subject, name, name_folded, coalesce(units[b], unit) as place, keys[b] as k{columns}
      from (select *, width_bucket(%(day)s::date, days) as b from {table}
             where moved or unit = any(string_to_array(%(units)s, E'\\n')) offset 0) one
     where b > 0 and keys[b] <> 0
), chosen as materialized (
    select *, {sort} as sort from life
     where place = any(string_to_array(%(units)s, E'\\n')) and {conditions}
), page as (
    select * from chosen where {beyond} order by sort {way}, name_folded {way}, subject {way} limit %(limit)s
)
select (select count(*) from chosen),
       {before},
       page.subject, page.name, page.name_folded, page.place, page.k, page.sort{shown}
  from (values (1)) one left join page on true order by sort {asked}, name_folded {asked}, subject {asked}
"""
# `offset 0` lets the place in the life be found once a row, and not anew for each of its columns.
_BEFORE = """
(select count(*) from chosen c where (c.sort, c.name_folded, c.subject) {than}
    (select p.sort, p.name_folded, p.subject from page p order by 1 {asked}, 2 {asked}, 3 {asked} limit 1))
"""
_BEYOND = "(sort, name_folded, subject) {than} (%(at_sort)s, %(at_name)s, %(at_subject)s)"


class Row(NamedTuple):
    """A subject on the day: where it stands, its counted key, and the further columns of its kind."""

    subject: str
    name: str
    place: str
    key: int
    more: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a kind's table. `columns`: further ones, name → SQL; `condition`: SQL over them."""

    kind: str
    columns: Mapping[str, str]
    condition: str
    values: Mapping[str, Any]
    order: Order
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Chosen:
    """`total`: how many are chosen at all; `before`: how many of them stand before this page; tokens may be empty."""

    rows: list[Row]
    total: int
    before: int
    previous: str
    following: str


async def choose(now: Snapshot, span: Span, day: date, wanted: Wanted) -> Chosen:
    """The page of what stands in the span's units on the day."""
    cursor = wanted.cursor
    values = {"units": span.units_text, "day": day, "limit": cursor.size + 1, **wanted.values}
    if cursor.at is not None:
        values |= {"at_sort": cursor.at.sort, "at_name": cursor.at.name, "at_subject": cursor.at.subject}
    found = await now.fetch(_statement(now, wanted), values)
    total, before = found[0][:2]
    rows = [row[2:] for row in found if row[2] is not None]
    # One more than the page holds was asked for: it says whether there is more in that direction.
    more = len(rows) > cursor.size
    if more:
        rows = rows[1:] if cursor.backwards else rows[:-1]
        before += cursor.backwards
    further = (more, cursor.at is not None) if cursor.backwards else (cursor.at is not None, more)
    return Chosen([_row(row) for row in rows], total, before, *_tokens(wanted.order, rows, further))


def _tokens(order: Order, rows: list[tuple[Any, ...]], further: tuple[bool, bool]) -> tuple[str, str]:
    """To the page before and to the page after; empty where there is none, or nothing to start from."""
    if not rows:
        return "", ""
    ends = ((rows[0], True), (rows[-1], False))
    made = (token_of(order, Place(row[5], row[2], row[0]), backwards=backwards) for row, backwards in ends)
    previous, following = (token if there else "" for token, there in zip(made, further, strict=True))
    return previous, following


def _row(row: tuple[Any, ...]) -> Row:
    subject, name, _, place, key, _, *more = row
    return Row(subject, name, place, key, tuple(more))


def _statement(now: Snapshot, wanted: Wanted) -> sql.Composed:
    down, backwards = wanted.order.descending, wanted.cursor.backwards
    asked, way = ("desc" if down else "asc"), ("desc" if down != backwards else "asc")
    than = "<" if way == "desc" else ">"
    parts = {
        "columns": "".join(f", {expression} as {name}" for name, expression in wanted.columns.items()),
        "shown": "".join(f", page.{name}" for name in wanted.columns), "sort": wanted.order.expression,
        "conditions": wanted.condition, "beyond": _BEYOND.format(than=than) if wanted.cursor.at else "true",
        "way": way, "asked": asked,
        "before": _BEFORE.format(than=">" if down else "<", asked=asked) if wanted.cursor.at else "0::bigint",
    }  # fmt: skip
    # All of it is this package's own text: what people type travels as values.
    composed = {name: sql.SQL(text) for name, text in parts.items()}
    return sql.SQL(_PAGE).format(table=sql.Identifier(table(wanted.kind, now.build)), **composed)
