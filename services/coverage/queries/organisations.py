"""Lists of Party organisations that stand on a day: form, type, term, and the enterprises that belong to each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.keys import FORMS, NAMESPACE
from services.coverage.domain.slots import Slot
from services.coverage.domain.warnings import organisation_warnings
from services.coverage.queries.belonging import Members, members
from services.coverage.queries.chosen import Row, Wanted, choose
from services.coverage.queries.counting import narrowed
from services.coverage.queries.figures import basis_message
from services.coverage.queries.forces import forces
from services.coverage.queries.named import named
from services.coverage.queries.paging import read_cursor, read_order
from services.coverage.queries.reasons import rule_set_label
from services.coverage.queries.request import one_of, path_of, read_day, read_unit, short, unit_message
from services.coverage.queries.snapshot import Recalled, Snapshot, snapshot
from services.coverage.queries.span import Spans
from services.coverage.queries.warned import standings_of
from services.coverage.queries.warning_lists import OF_ORGANISATIONS, organisations_warned
from xianfeng.names import fold_name
from xianfeng.rules import RuleSet
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay, UnitTree
from xianfeng.words import say

__all__ = ["SORTS", "OrganisationQueries"]

SORTS = {"name": "name_folded", "form": "(k & 7)", "type": f"((k & {NAMESPACE}) >> 3)"}


class OrganisationQueries:
    """Organisations from their 批复 until they end."""

    def __init__(self, pool: Pool, tree: UnitTree, rules: RuleSet, recalled: Recalled | None = None) -> None:
        self._pool = pool
        self._recalled = recalled
        self._tree = tree
        self._rule_set = rule_set_label(rules)
        self._spans = Spans()

    async def page(self, request: pb.ListOrganisationsRequest) -> pb.ListOrganisationsResponse:
        """One page. Raises Refused for a word that is no form or sort."""
        form = one_of(request.form, FORMS, "form")
        one_of(request.warning, OF_ORGANISATIONS, "warning")
        order = read_order(request.sort, SORTS)
        cursor = read_cursor(request.page_size, request.page_token, order)
        text = short(request.text, "text")
        condition = "(%(form)s = 0 or k & 7 = %(form)s) and (%(text)s = '' or strpos(name_folded, %(text)s) > 0)"
        values: dict[str, Any] = {"text": fold_name(text), "form": FORMS.index(form)}
        async with snapshot(self._pool, self._recalled) as now:
            day = read_day(request.day, now.business_date)
            tree = self._tree.on(day)
            span = await narrowed(now, self._spans.of(tree, read_unit(tree, request.unit)))
            if request.warning:
                condition += " and subject = any(%(warned)s)"
                values["warned"] = await organisations_warned(now, span, day, request.warning)
            chosen = await choose(now, span, day, Wanted("organisation", {}, condition, values, order, cursor))
            belong = await members(now, span, day, [row.subject for row in chosen.rows])
            rows = await _messages(now, tree, chosen.rows, belong, day)
            return pb.ListOrganisationsResponse(
                rows=rows, next_page_token=chosen.following, previous_page_token=chosen.previous, total=chosen.total,
                before=chosen.before, basis=basis_message(now, tree, self._rule_set), path=path_of(tree, span.unit),
                day=day.isoformat(),
            )  # fmt: skip


async def _messages(
    now: Snapshot, tree: TreeOfDay, rows: Sequence[Row], belong: Members, day: date
) -> list[pb.Organisation]:
    told = await forces(now, [row.subject for row in rows], day)
    standings = await standings_of(now, told, day)
    names = await named(now, (subject for row in rows for subject in belong.get(row.subject, ())))
    found = []
    for row in rows:
        force, belonging = told[row.subject], [names[one] for one in belong.get(row.subject, ())]
        standing = standings[row.subject]
        warnings = organisation_warnings(standing, None, day)
        found.append(
            pb.Organisation(
                subject=row.subject, name=row.name, unit=unit_message(tree, row.place), form=standing.form,
                type=standing.type, covers=str(force[Slot.COVERS][3]) if Slot.COVERS in force else "",
                term_ends=date.fromordinal(standing.term_ends).isoformat() if standing.term_ends else "",
                warnings=[say(f"coverage.warning.{name}") for name in warnings], enterprises=belonging,
            )
        )  # fmt: skip
    return found
