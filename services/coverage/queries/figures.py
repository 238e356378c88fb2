"""Figures and overviews of any unit on any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.figures import FigureSet, Rate
from services.coverage.queries.committees import DUTY, committees_owed
from services.coverage.queries.counting import Counted, count, narrowed
from services.coverage.queries.held import held_by_group
from services.coverage.queries.kept import KeptAnswers
from services.coverage.queries.reasons import clause_label, clause_text, rule_set_label
from services.coverage.queries.request import path_of, read_day, read_unit, unit_message
from services.coverage.queries.snapshot import Recalled, Snapshot, snapshot
from services.coverage.queries.span import OWN, Spans
from xianfeng.rules import RuleSet
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay, UnitTree
from xianfeng.words import catalogue, say

__all__ = ["FigureQueries", "basis_message", "counted_messages", "figures_message"]

_PLAIN = (
    "registered", "enterprises", "by_status", "by_duty", "unsurveyed", "unknown_registry_status", "out_of_scope",
    "inactive", "to_settle", "moving", "joint_with_three", "recruiting_alone", "projects_served", "projects_covered",
    "overdue",
)  # fmt: skip


def basis_message(snapshot: Snapshot, tree: TreeOfDay, rule_set: str) -> pb.Basis:
    """What figures stand on: places, business date, rule set, tree, build."""
    return pb.Basis(
        positions=snapshot.positions, business_date=snapshot.business_date.isoformat(), rule_set=rule_set,
        tree_date=tree.day.isoformat(), build=snapshot.build, demonstration=tree.demonstration,
        known_at=snapshot.known_at,
    )  # fmt: skip


class FigureQueries:
    """Figures under one rule set; with `kept`, equal questions are answered once for as long as nothing changes."""

    def __init__(
        self, pool: Pool, tree: UnitTree, rules: RuleSet, kept: KeptAnswers | None = None,
        recalled: Recalled | None = None,
    ) -> None:  # fmt: skip
        self._pool = pool
        self._recalled = recalled
        self._kept = kept
        self._tree = tree
        self._rules = rules
        self._rule_set = rule_set_label(rules)
        self._spans = Spans()

    async def figures(self, unit: str, day: str) -> pb.FiguresResponse:
        """One unit's figures. `unit` is an id, a code or a name (empty: the root), `day` an ISO day (empty: today)."""
        overview = await self._answered(unit, day, whole=True)
        return pb.FiguresResponse(figures=overview.figures, basis=overview.basis)

    async def resolve(self, unit: str) -> str:
        """The id of the unit that a text names today. Raises Refused."""
        async with snapshot(self._pool, self._recalled) as now:
            return read_unit(self._tree.on(now.business_date), unit)

    async def overview(self, unit: str, day: str = "") -> pb.OverviewResponse:
        """One unit's figures with those of its children in division order, all from one snapshot."""
        return await self._answered(unit, day, whole=False)

    async def _answered(self, unit: str, day: str, *, whole: bool) -> pb.OverviewResponse:
        compute = partial(self._overview, unit, day, whole=whole)
        return await (self._kept.get((unit, day, whole), compute) if self._kept else compute())

    async def _overview(self, unit: str, day: str, *, whole: bool) -> pb.OverviewResponse:
        async with snapshot(self._pool, self._recalled) as now:
            wanted = read_day(day, now.business_date)
            tree = self._tree.on(wanted)
            span = await narrowed(now, self._spans.of(tree, read_unit(tree, unit), whole=whole))
            counted = await count(now, span, wanted)
            held = await held_by_group(now, span, wanted)
            answer = self._answer(now, tree, counted, held)
            await self._add_duties(now, tree, wanted, (answer.figures, *answer.children))
            return answer

    async def _add_duties(self, now: Snapshot, tree: TreeOfDay, day: date, units: Sequence[pb.Figures]) -> None:
        """The units' own duties: what is to be done by the unit itself, not by its enterprises."""
        owed = await committees_owed(now, tree, self._rules, [figures.unit.id for figures in units], day)
        clause = self._rules.parameters["committee_deadline"].clause
        for figures in units:
            if due := owed.get(figures.unit.id):
                figures.unit_duty, figures.unit_due = DUTY, due.isoformat()
                figures.unit_clause = clause_label(self._rules, clause)
                figures.unit_clause_text = clause_text(self._rules, clause)

    def _answer(self, now: Snapshot, tree: TreeOfDay, counted: Counted, held: dict[int, int]) -> pb.OverviewResponse:
        total, children = counted_messages(tree, counted, held)
        return pb.OverviewResponse(
            figures=total, path=path_of(tree, counted.span.unit), children=children,
            basis=basis_message(now, tree, self._rule_set), own=counted.of(OWN).registered,
        )  # fmt: skip


def counted_messages(tree: TreeOfDay, counted: Counted, held: Mapping[int, int]) -> tuple[pb.Figures, list[pb.Figures]]:
    """The figures of a unit, and those of its children in division order."""
    span, day = counted.span, counted.day
    total = figures_message(tree, span.unit, day, counted.total())
    total.unplaced, total.held = sum(counted.unplaced.values()), sum(held.values())
    children = [figures_message(tree, child, day, counted.of(group)) for group, child in enumerate(span.children)]
    for group, message in enumerate(children):
        message.unplaced, message.held = counted.unplaced.get(group, 0), held.get(group, 0)
    return total, children


def figures_message(tree: TreeOfDay, unit: str, day: date, found: FigureSet) -> pb.Figures:
    """The figures of a unit on a day, without those that need data kept aside (unplaced, held)."""
    plain = {name: getattr(found, name) for name in _PLAIN}
    rates = [_rate(rate) for rate in found.rates]
    return pb.Figures(unit=unit_message(tree, unit), day=day.isoformat(), rates=rates, **plain)


def _rate(rate: Rate) -> pb.Rate:
    words = f"coverage.rate.{rate.name}"
    return pb.Rate(
        name=rate.name, label=say(f"{words}.label"), numerator=rate.numerator, denominator=rate.denominator,
        numerator_label=say(f"{words}.numerator"), denominator_label=say(f"{words}.denominator"), shown=rate.shown,
        apart=rate.apart, apart_label=catalogue().get(f"{words}.apart", ""),
    )  # fmt: skip
