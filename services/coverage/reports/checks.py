"""The formulas that a report must satisfy (domain §10); a difference is shown, never hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from proto.xianfeng.coverage.v1 import coverage_pb2, reports_pb2
from services.coverage.reports.changes import Changes
from xianfeng.words import say

__all__ = ["check", "checks"]

JOINT = ("joint", "regional", "industry", "grid")
_SUMMED = ("registered", "enterprises", "projects_served", "projects_covered")


class _Sides(NamedTuple):
    name: str
    left: int
    right: int
    label: str


def checks(
    total: coverage_pb2.Figures, parts: Iterable[coverage_pb2.Figures], found: Changes, before: int
) -> list[reports_pb2.Check]:
    """`parts`: the figures of the children and of what stands at the unit itself; `before`: 应统计 of last month."""
    sides = (*_within(total), *_summed(total, list(parts)), *_moves(total, found, before))
    return [_check(one) for one in sides]


def check(name: str, left: int, right: int) -> reports_pb2.Check:
    """One more formula, under its name in the catalogue."""
    return _check(_sides(name, left, right))


def _check(one: _Sides) -> reports_pb2.Check:
    difference = one.left - one.right
    return reports_pb2.Check(name=one.name, label=one.label, left=one.left, right=one.right, difference=difference)


def _within(total: coverage_pb2.Figures) -> Iterator[_Sides]:
    by = total.by_status
    covered = by["own"] + sum(by[form] for form in JOINT) + by["work"] + by["none"]
    yield _sides("counted", total.enterprises, covered)
    yield _sides("registered", total.registered, total.enterprises + total.inactive + total.out_of_scope)


def _summed(total: coverage_pb2.Figures, parts: list[coverage_pb2.Figures]) -> Iterator[_Sides]:
    for name in _SUMMED:
        label = say("reports.check.children", figure=say(f"reports.figure.{name}"))
        yield _Sides(f"children.{name}", getattr(total, name), sum(getattr(part, name) for part in parts), label)
    for status in total.by_status:
        label = say("reports.check.children", figure=say(f"coverage.status.{status}"))
        yield _Sides(f"children.{status}", total.by_status[status], sum(p.by_status[status] for p in parts), label)


def _moves(total: coverage_pb2.Figures, found: Changes, before: int) -> Iterator[_Sides]:
    yield _sides("moves", total.enterprises - before, found.net)
    yield _sides("list", total.enterprises, found.now)


def _sides(name: str, left: int, right: int) -> _Sides:
    return _Sides(name, left, right, say(f"reports.check.{name}"))
