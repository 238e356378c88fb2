"""Lists of enterprises of a unit on any day, page by page, in the reader's order."""

from __future__ import annotations

from datetime import date
from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.keys import DUTIES, DUTY_AT, STATUS_AT, STATUSES
from services.coverage.domain.warnings import WARNINGS
from services.coverage.queries.chosen import Chosen, Row, Wanted, choose
from services.coverage.queries.conditions import FILTERS, conditions
from services.coverage.queries.counting import narrowed
from services.coverage.queries.figures import basis_message
from services.coverage.queries.held import held_places
from services.coverage.queries.paging import Cursor, read_cursor, read_order
from services.coverage.queries.reasons import clause_of, rule_set_label
from services.coverage.queries.request import one_of, path_of, read_day, read_unit, short, unit_message
from services.coverage.queries.snapshot import Recalled, Snapshot, snapshot
from services.coverage.queries.span import Span, Spans
from services.coverage.queries.warned import warned
from services.coverage.queries.warning_lists import enterprises_warned
from xianfeng.names import fold_name
from xianfeng.rules import RuleSet
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay, UnitTree

__all__ = ["SORTS", "ListQueries"]

_COLUMNS = {
    "code": "code", "cell": "cells[b]", "since": "sinces[b]", "due": "dues[b]",
    "late": "coalesce(dues[b] < %(day)s, false)",
}  # fmt: skip
_DAYS = "coalesce({0} - date '1970-01-01', {{last}})"
_DUTY = f"(k >> {DUTY_AT} & 7)"
SORTS = {
    "name": "name_folded", "code": "code", "status": f"(k >> {STATUS_AT} & 15)",
    "duty": f"coalesce(nullif({_DUTY}, 0), {{last}})",
    # An enterprise without a duty bears the day of its status here, which the list does not show.
    "since": f"case when {_DUTY} = 0 then {{last}} else {_DAYS.format('since')} end",
    "due": f"case when {_DUTY} = 0 then {{last}} else {_DAYS.format('due')} end",
}  # fmt: skip


class ListQueries:
    """Lists under one rule set."""

    def __init__(self, pool: Pool, tree: UnitTree, rules: RuleSet, recalled: Recalled | None = None) -> None:
        self._pool = pool
        self._recalled = recalled
        self._tree = tree
        self._rules = rules
        self._rule_set = rule_set_label(rules)
        self._clause = clause_of(rules)
        self._spans = Spans()

    async def page(self, request: pb.ListRequest) -> pb.ListResponse:
        """One page. Raises Refused for words that are no status, duty, filter or sort."""
        one_of(request.status, STATUSES, "status")
        one_of(request.duty, DUTIES, "duty")
        one_of(request.filter, FILTERS, "filter")
        one_of(request.warning, WARNINGS, "warning")
        order = read_order(request.sort, SORTS)
        cursor = read_cursor(request.page_size, request.page_token, order)
        async with snapshot(self._pool, self._recalled) as now:
            day = read_day(request.day, now.business_date)
            tree = self._tree.on(day)
            held = await held_places(now, day)
            span = await narrowed(now, self._spans.of(tree, read_unit(tree, request.unit)))
            values = _values(tree, span, request, list(held))
            if request.warning:
                values["warned"] = await enterprises_warned(now, self._rules, span, day, request.warning)
            wanted = Wanted("enterprise", _COLUMNS, conditions(request), values, order, cursor)
            chosen = await choose(now, span, day, wanted)
            keys = {row.subject: row.key for row in chosen.rows if request.warnings}
            warnings = await warned(now, self._rules, keys, day)
            answer = self._answer(now, tree, span.unit, chosen)
        answer.rows.extend(
            self._row(tree, row, held=row.subject in held, warnings=warnings.get(row.subject, []))
            for row in chosen.rows
        )
        if request.filter == "held":
            _add_rowless(answer, [subject for subject, place in held.items() if place is None], cursor)
        return answer

    def _answer(self, now: Snapshot, tree: TreeOfDay, unit: str, chosen: Chosen) -> pb.ListResponse:
        return pb.ListResponse(
            next_page_token=chosen.following, previous_page_token=chosen.previous, total=chosen.total,
            before=chosen.before, basis=basis_message(now, tree, self._rule_set), path=path_of(tree, unit),
            day=tree.day.isoformat(),
        )  # fmt: skip

    def _row(self, tree: TreeOfDay, row: Row, *, held: bool, warnings: list[str]) -> pb.Row:
        code, cell, since, due, _ = row.more
        status, duty = STATUSES[row.key >> STATUS_AT & 15], DUTIES[row.key >> DUTY_AT & 7]
        return pb.Row(
            subject=row.subject, code=code, name=row.name, unit=unit_message(tree, row.place), status=status,
            duty=duty, since=_iso(since) if duty else "", due=_iso(due) if duty else "", clause=self._clause(cell),
            held=held, warnings=warnings,
        )  # fmt: skip


def _values(tree: TreeOfDay, span: Span, request: pb.ListRequest, held: list[str]) -> dict[str, Any]:
    text = short(request.text, "text")
    upper = [member.unit for member in span.members if member.upper] if request.filter == "unplaced" else []
    own = list(tree.own(span.unit)) if request.filter == "own_level" else []
    return {"upper": upper, "own": own, "held": held, "text": fold_name(text), "code": fold_name(text).upper()}


def _add_rowless(answer: pb.ListResponse, subjects: list[str], cursor: Cursor) -> None:
    """Those whose very first event waits stand in no unit: the figure of every unit counts them, so its list does.

    They come last, by what alone is known of them.
    """
    answer.total += len(subjects)
    if not answer.next_page_token:
        answer.rows.extend(pb.Row(subject=subject, name=subject, held=True) for subject in subjects)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
