"""Lists of enterprises of a unit on any day, page by page, and finding units and enterprises by text."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from psycopg import sql

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.keys import DUTIES, DUTY_AT, STATUS_AT, STATUSES
from services.coverage.projection.tables import table
from services.coverage.queries.conditions import FILTERS, conditions
from services.coverage.queries.counting import narrowed
from services.coverage.queries.figures import basis_message
from services.coverage.queries.held import held_subjects
from services.coverage.queries.reasons import clause_of, rule_set_label
from services.coverage.queries.request import one_of, read_day, read_unit, short, unit_message
from services.coverage.queries.snapshot import Snapshot, snapshot
from services.coverage.queries.span import Span, Spans
from services.coverage.queries.warned import warned
from xianfeng.names import fold_name
from xianfeng.refusal import Refused
from xianfeng.rules import RuleSet
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay, UnitTree
from xianfeng.words import say

__all__ = ["ListQueries"]

_PAGE, _MOST = 50, 1000
_FOUND = 20

_ROWS = """
with life as (
    select subject, code, name, name_folded, coalesce(units[b], unit) as place, keys[b] as k, cells[b] as cell,
           sinces[b] as since, dues[b] as due, coalesce(dues[b] < %(day)s, false) as late
      from {enterprise}, lateral width_bucket(%(day)s, days) b
     where b > 0 and keys[b] <> 0 and (moved or unit = any(string_to_array(%(units)s, E'\\n')))
), chosen as (
    select * from life where place = any(string_to_array(%(units)s, E'\\n')) and {conditions}
)
select subject, code, name, name_folded, place, k, cell, since, due, (select count(*) from chosen) as total
  from chosen where (name_folded, subject) > (%(after_name)s, %(after_subject)s)
 order by name_folded, subject limit %(limit)s
"""

_TOTAL = """
select count(*) from (
    select subject, code, name_folded, coalesce(units[b], unit) as place, keys[b] as k,
           coalesce(dues[b] < %(day)s, false) as late
      from {enterprise}, lateral width_bucket(%(day)s, days) b
     where b > 0 and keys[b] <> 0 and (moved or unit = any(string_to_array(%(units)s, E'\\n')))
) life where place = any(string_to_array(%(units)s, E'\\n')) and {conditions}
"""


class ListQueries:
    """Lists under one rule set."""

    def __init__(self, pool: Pool, tree: UnitTree, rules: RuleSet) -> None:
        self._pool = pool
        self._tree = tree
        self._rules = rules
        self._rule_set = rule_set_label(rules)
        self._clause = clause_of(rules)
        self._spans = Spans()

    async def page(self, request: pb.ListRequest) -> pb.ListResponse:
        """One page, by name. Raises Refused for words that are no status, duty or filter."""
        one_of(request.status, STATUSES, "status")
        one_of(request.duty, DUTIES, "duty")
        one_of(request.filter, FILTERS, "filter")
        size, after = _page_size(request.page_size), _after(request.page_token)
        async with snapshot(self._pool) as now:
            day = read_day(request.day, now.business_date)
            tree = self._tree.on(day)
            held = await held_subjects(now)
            span = await narrowed(now, self._spans.of(tree, read_unit(tree, request.unit)))
            values = self._values(span, request, day, held)
            rows = await self._rows(now, request, values | _limits(after, size))
            total = rows[0][-1] if rows else await self._total(now, request, values)
            warnings = await warned(now, self._rules, {row[0]: row[5] for row in rows[:size]}, day)
            answer = pb.ListResponse(
                rows=[self._row(tree, row, row[0] in held, warnings[row[0]]) for row in rows[:size]], total=total,
                basis=basis_message(now, tree, self._rule_set),
            )  # fmt: skip
        if len(rows) > size:
            answer.next_page_token = _token(rows[size - 1][3], rows[size - 1][0])
        return answer

    def _values(self, span: Span, request: pb.ListRequest, day: date, held: frozenset[str]) -> dict[str, Any]:
        text = short(request.text, "text")
        upper = [member.unit for member in span.members if member.upper] if request.filter == "unplaced" else []
        return {
            "units": span.units_text, "day": day, "upper": upper, "held": list(held), "text": fold_name(text),
            "code": text.upper(),
        }  # fmt: skip

    async def _rows(self, now: Snapshot, request: pb.ListRequest, values: Mapping[str, Any]) -> list[Any]:
        return await now.fetch(_statement(_ROWS, now, conditions(request)), values)

    async def _total(self, now: Snapshot, request: pb.ListRequest, values: Mapping[str, Any]) -> int:
        """A page past the end, or an empty list: no row carries the total."""
        rows = await now.fetch(_statement(_TOTAL, now, conditions(request)), values)
        return int(rows[0][0])

    def _row(self, tree: TreeOfDay, row: tuple[Any, ...], held: bool, warnings: list[str]) -> pb.Row:
        subject, code, name, _, place, key, cell, since, due, _ = row
        status, duty = STATUSES[key >> STATUS_AT & 15], DUTIES[key >> DUTY_AT & 7]
        return pb.Row(
            subject=subject, code=code, name=name, unit=unit_message(tree, place), status=status, duty=duty,
            since=since.isoformat() if duty and since else "", due=due.isoformat() if duty and due else "",
            clause=self._clause(cell), held=held, warnings=warnings,
        )  # fmt: skip

    async def find(self, text: str, limit: int) -> pb.FindResponse:
        """Units and enterprises that a text may mean: by code, or by part of a name."""
        text = short(text, "text")
        async with snapshot(self._pool) as now:
            tree = self._tree.on(now.business_date)
        if not text:
            return pb.FindResponse()
        most = min(limit if limit > 0 else _FOUND, _MOST)
        units = [unit_message(tree, unit) for unit in tree.find(text)[:most]]
        rows = await self.page(pb.ListRequest(text=text, page_size=most))
        return pb.FindResponse(units=units, enterprises=rows.rows, demonstration=tree.demonstration)


def _statement(text: str, now: Snapshot, condition: str) -> sql.Composed:
    enterprise = sql.Identifier(table("enterprise", now.build))
    return sql.SQL(text).format(enterprise=enterprise, conditions=sql.SQL(condition))


def _page_size(wanted: int) -> int:
    if not 0 <= wanted <= _MOST:
        message = say("coverage.refused.bad-page-size", most=_MOST, value=wanted)
        raise Refused(message, kind="invalid", reason="bad-page-size", field="page_size")
    return wanted or _PAGE


def _limits(after: tuple[str, str], size: int) -> dict[str, Any]:
    return {"after_name": after[0], "after_subject": after[1], "limit": size + 1}


def _token(name: str, subject: str) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((name, subject))).decode()


def _after(token: str) -> tuple[str, str]:
    if not token:
        return ("", "")
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(token), type=tuple[str, str])
    except (binascii.Error, msgspec.DecodeError, ValueError):
        message = say("coverage.refused.bad-page-token")
        raise Refused(message, kind="invalid", reason="bad-page-token", field="page_token") from None
