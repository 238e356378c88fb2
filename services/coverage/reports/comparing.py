"""What differs between two editions of one report: from the enterprises behind them, so it adds up."""

from __future__ import annotations

from typing import NamedTuple

from proto.xianfeng.coverage.v1.reports_pb2 import Line, Report

__all__ = ["Difference", "difference"]

_NOT_COUNTED = ("inactive", "out_of_scope")


class Difference(NamedTuple):
    """`changed` are (line of the older, line of the newer) of those that both count, with another status or duty."""

    before: int
    after: int
    added: list[Line]
    removed: list[Line]
    changed: list[tuple[Line, Line]]


def difference(older: Report, newer: Report) -> Difference:
    """`after` - `before` is what was added less what was removed."""
    before, after = _counted(older), _counted(newer)
    both = [(before[subject], line) for subject, line in after.items() if subject in before]
    return Difference(
        len(before), len(after),
        [line for subject, line in after.items() if subject not in before],
        [line for subject, line in before.items() if subject not in after],
        [(old, new) for old, new in both if _standing(old) != _standing(new)],
    )  # fmt: skip


def _counted(report: Report) -> dict[str, Line]:
    """应统计: those of the roll that operate and are in scope, by subject."""
    return {line.subject: line for line in report.roll if line.status not in _NOT_COUNTED}


def _standing(line: Line) -> tuple[str, str]:
    return line.status, line.duty
