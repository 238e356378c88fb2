"""Lists of projects of a unit on any day: what R6 divides, and who serves and covers each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.keys import FORMS, NAMESPACE
from services.coverage.domain.slots import Slot
from services.coverage.queries.chosen import Row, Wanted, choose
from services.coverage.queries.counting import narrowed
from services.coverage.queries.figures import basis_message
from services.coverage.queries.forces import Force, forces
from services.coverage.queries.named import named
from services.coverage.queries.paging import read_cursor, read_order
from services.coverage.queries.reasons import rule_set_label
from services.coverage.queries.request import one_of, path_of, read_day, read_unit, short, unit_message
from services.coverage.queries.snapshot import Recalled, Snapshot, snapshot
from services.coverage.queries.span import Spans
from xianfeng.names import fold_name
from xianfeng.rules import RuleSet
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay, UnitTree

__all__ = ["FILTERS", "SORTS", "ProjectQueries"]

# A key's lowest bit says that the project is served, those above the form of its organisation.
_SERVED, _COVERED = "k & 1 = 1", f"(k & {NAMESPACE}) >> 1 > 0"
FILTERS: Mapping[str, str] = {
    "projects_served": _SERVED,
    "projects_covered": f"{_SERVED} and {_COVERED}",
    "projects_uncovered": f"{_SERVED} and not {_COVERED}",
    "projects_unserved": f"not {_SERVED}",
}
SORTS = {"name": "name_folded", "form": f"coalesce(nullif((k & {NAMESPACE}) >> 1, 0), {{last}})"}


class ProjectQueries:
    """Projects as they are counted under one rule set's figures."""

    def __init__(self, pool: Pool, tree: UnitTree, rules: RuleSet, recalled: Recalled | None = None) -> None:
        self._pool = pool
        self._recalled = recalled
        self._tree = tree
        self._rule_set = rule_set_label(rules)
        self._spans = Spans()

    async def page(self, request: pb.ListProjectsRequest) -> pb.ListProjectsResponse:
        """One page of open projects. Raises Refused for words that are no filter or sort."""
        one_of(request.filter, FILTERS, "filter")
        order = read_order(request.sort, SORTS)
        cursor = read_cursor(request.page_size, request.page_token, order)
        text = short(request.text, "text")
        condition = f"({FILTERS.get(request.filter, 'true')}) and (%(text)s = '' or strpos(name_folded, %(text)s) > 0)"
        async with snapshot(self._pool, self._recalled) as now:
            day = read_day(request.day, now.business_date)
            tree = self._tree.on(day)
            span = await narrowed(now, self._spans.of(tree, read_unit(tree, request.unit)))
            wanted = Wanted("project", {}, condition, {"text": fold_name(text)}, order, cursor)
            chosen = await choose(now, span, day, wanted)
            rows = await _messages(now, tree, chosen.rows, day)
            return pb.ListProjectsResponse(
                rows=rows, next_page_token=chosen.following, previous_page_token=chosen.previous, total=chosen.total,
                before=chosen.before, basis=basis_message(now, tree, self._rule_set), path=path_of(tree, span.unit),
                day=day.isoformat(),
            )  # fmt: skip


async def _messages(now: Snapshot, tree: TreeOfDay, rows: Sequence[Row], day: date) -> list[pb.Project]:
    told = await forces(now, [row.subject for row in rows], day)
    names = await named(now, (_ident(force, slot) for force in told.values() for slot in (Slot.SERVICE, Slot.COVERED)))
    found = []
    for row in rows:
        force, bits = told.get(row.subject, {}), row.key & NAMESPACE
        enterprise, organisation = (names.get(_ident(force, slot) or "") for slot in (Slot.SERVICE, Slot.COVERED))
        found.append(
            pb.Project(
                subject=row.subject, name=row.name, unit=unit_message(tree, row.place), served=bool(bits & 1),
                enterprise=enterprise, form=FORMS[bits >> 1], organisation=organisation,
            )
        )  # fmt: skip
    return found


def _ident(force: Force, slot: int) -> str | None:
    return force[slot][5] if slot in force else None
