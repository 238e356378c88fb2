"""A unit's monthly report: figures, lists, formulas and layouts from one snapshot of the projection."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from proto.xianfeng.coverage.v1 import reports_pb2
from services.coverage.domain.folded import Folded
from services.coverage.queries.counting import Counted, count, narrowed
from services.coverage.queries.figures import basis_message, counted_messages, figures_message
from services.coverage.queries.held import held_by_group
from services.coverage.queries.reasons import rule_set_label
from services.coverage.queries.request import read_unit, unit_message
from services.coverage.queries.snapshot import Snapshot, snapshot
from services.coverage.queries.span import OWN, Span, Spans
from services.coverage.reports.changes import Changes, changes, operates
from services.coverage.reports.checks import check, checks
from services.coverage.reports.layouts import Part, first_layout, third_layout
from services.coverage.reports.lines import Lines
from services.coverage.reports.months import ReportDays, days_of
from services.coverage.reports.people import people
from services.coverage.reports.reading import OnBothDays, facts_of, joint_organisations, on_both_days
from services.coverage.reports.tally import tally
from xianfeng.clock import Clock
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import SERVICE, Principal
from xianfeng.rules import RuleSet
from xianfeng.store.pool import Pool
from xianfeng.units import TreeOfDay, UnitTree, UnknownUnit
from xianfeng.words import say

__all__ = ["ReportMaker"]

_ANYBODY = Principal("system:coverage", SERVICE)


class _Found(NamedTuple):
    """All that was read of the unit in one snapshot; `below` and `below_before` are its units of the two days."""

    days: ReportDays
    tree: TreeOfDay
    counted: Counted
    held: Mapping[int, int]
    before: Counted | None
    year_before: Counted | None
    both: list[OnBothDays]
    below: Collection[str]
    below_before: Collection[str]
    facts: Mapping[str, Folded]
    joint: list[tuple[str, str]]


class ReportMaker:
    """Makes reports under one rule set."""

    def __init__(self, pool: Pool, tree: UnitTree, rules: RuleSet, clock: Clock) -> None:
        self._pool = pool
        self._tree = tree
        self._rule_set = rule_set_label(rules)
        self._clock = clock
        self._spans = Spans()

    async def make(self, unit: str, month: str, cutoff: str = "", caller: Principal = _ANYBODY) -> reports_pb2.Report:
        """The report of a unit (id, code or name; empty: the root) for a month YYYY-MM.

        Raises Refused, also when the unit is neither the caller's nor below it: sums of members tell of few.
        """
        days = days_of(month, cutoff)
        tree = self._tree.on(days.cutoff)
        id = read_unit(tree, unit)
        _require_under(self._tree.on(self._clock.today()), id, caller)
        async with snapshot(self._pool) as now:
            found = await self._read(now, tree, id, days)
            basis = basis_message(now, tree, self._rule_set)
            preliminary = days.cutoff >= now.business_date
        report = reports_pb2.Report(
            unit=unit_message(tree, id), month=month, cutoff=days.cutoff.isoformat(),
            before_day=days.before.isoformat(), year_before_day=days.year_before.isoformat(), basis=basis,
            made=self._clock.now().isoformat(), preliminary=preliminary,
        )  # fmt: skip
        # Ten thousand lines take a while: others are answered meanwhile.
        await asyncio.to_thread(_fill, report, found)
        return report

    async def _read(self, now: Snapshot, tree: TreeOfDay, unit: str, days: ReportDays) -> _Found:
        whole = self._spans.of(tree, unit)
        span = await narrowed(now, whole)
        tree_before = self._tree.on(days.before)
        below, below_before = frozenset(tree.subtree(unit)), _below(tree_before, unit)
        looked = {member.unit for member in span.members}
        if before := self._span_on(tree_before, unit):
            looked |= {member.unit for member in (await narrowed(now, before)).members}
        both = await on_both_days(now, looked, days.before, days.cutoff)
        here = [one.subject.subject for one in both if operates(one.subject.after) and one.subject.after.place in below]
        return _Found(
            days, tree, await count(now, span, days.cutoff), await held_by_group(now, span, days.cutoff),
            await self._count(now, unit, days.before), await self._count(now, unit, days.year_before), both,
            below, below_before, await facts_of(now, here),
            await joint_organisations(now, {member.unit for member in span.members}, days.cutoff),
        )  # fmt: skip

    async def _count(self, now: Snapshot, unit: str, day: date) -> Counted | None:
        """The unit on another day; None when it did not exist then."""
        span = self._span_on(self._tree.on(day), unit)
        return await count(now, await narrowed(now, span), day) if span else None

    def _span_on(self, tree: TreeOfDay, unit: str) -> Span | None:
        return self._spans.of(tree, unit, whole=True) if unit in tree and tree.alive(unit) else None


def _require_under(tree: TreeOfDay, unit: str, caller: Principal) -> None:
    try:
        if caller.role == SERVICE or tree.lies_under(unit, caller.unit or tree.root):
            return
    except UnknownUnit:
        pass
    message, remedy = say("reports.refused.outside-unit.message"), say("reports.refused.outside-unit.remedy")
    raise Refused(message, kind="denied", reason="outside-unit", field="unit", remedy=remedy)


def _below(tree: TreeOfDay, unit: str) -> Collection[str]:
    return frozenset(tree.subtree(unit)) if unit in tree and tree.alive(unit) else frozenset()


def _fill(report: reports_pb2.Report, found: _Found) -> None:
    moves = changes((one.subject for one in found.both), found.below_before, found.below)
    _add_figures(report, found)
    _add_lines(report, found, moves)
    parts = (*report.children, report.own)
    report.checks.extend(checks(report.figures, parts, moves, report.before.enterprises))
    _add_layouts(report, found)


def _add_figures(report: reports_pb2.Report, found: _Found) -> None:
    counted, tree, day = found.counted, found.tree, found.days.cutoff
    unit = counted.span.unit
    total, children = counted_messages(tree, counted, found.held)
    report.figures.CopyFrom(total)
    report.children.extend(children)
    report.own.CopyFrom(figures_message(tree, unit, day, counted.of(OWN)))
    for field, earlier in ((report.before, found.before), (report.year_before, found.year_before)):
        if earlier is not None:
            field.CopyFrom(figures_message(tree, unit, earlier.day, earlier.total()))


def _add_lines(report: reports_pb2.Report, found: _Found, moves: Changes) -> None:
    lines = Lines(found.tree)
    report.roll.extend(lines.line(one) for one in _in_order(found))
    report.added.extend(lines.changes(moves.added))
    report.removed.extend(lines.changes(moves.removed))
    report.moved_in.extend(lines.changes(moves.moved_in))
    report.moved_out.extend(lines.changes(moves.moved_out))
    report.changed.extend(lines.changes(moves.changed))
    report.units.extend(lines.units())


def _in_order(found: _Found) -> list[OnBothDays]:
    """The registered enterprises of the cut-off day, by unit in division order; within one they are by name."""
    unit = found.counted.span.unit
    order = {below: place for place, below in enumerate(found.tree.subtree(unit))}
    registered = [one for one in found.both if one.subject.after.key and one.subject.after.place in order]
    return sorted(registered, key=lambda one: order[one.subject.after.place])


def _add_layouts(report: reports_pb2.Report, found: _Found) -> None:
    span, by_group = found.counted.span, found.counted.by_group
    group_of = {member.unit: member.group for member in span.members}
    facts: dict[int, list[Folded]] = {group: [] for group in range(OWN, len(span.children))}
    for one in found.both:
        if folded := found.facts.get(one.subject.subject):
            facts[group_of[one.subject.after.place]].append(folded)
    sums, everyone = people(facts, found.days.cutoff)
    joint: dict[int, Counter[str]] = {group: Counter() for group in facts}
    for unit, kind in found.joint:
        joint[group_of[unit]][kind] += 1
    parts = [
        Part(found.tree.name(child), tally([by_group.get(group, [])]), sums[group], joint[group])
        for group, child in enumerate(span.children)
    ]
    if own := by_group.get(OWN):
        parts.append(Part(say("reports.l3.row.own"), tally([own]), sums[OWN], joint[OWN]))
    whole = Part(found.tree.name(span.unit), tally(by_group.values()), everyone, sum(joint.values(), Counter[str]()))
    report.layouts.extend((first_layout(whole), third_layout(whole, parts)))
    report.checks.append(check("own", report.figures.by_status["own"], sum(whole.own.values())))
