"""The difference of two editions adds up, whatever they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proto.xianfeng.coverage.v1.coverage_pb2 import Unit
from proto.xianfeng.coverage.v1.reports_pb2 import Change, Line, Report
from services.coverage.domain.keys import DUTIES, STATUSES
from services.coverage.reports.comparing import difference, read_both
from xianfeng.refusal import Refused

NOT_COUNTED = ("inactive", "out_of_scope")
HERE = Unit(id="unit-1", name="某县")

lines = st.builds(
    Line, subject=st.sampled_from([f"ent-{n}" for n in range(12)]), unit=st.sampled_from([0, 1]),
    status=st.sampled_from([*STATUSES, *NOT_COUNTED]), duty=st.sampled_from(DUTIES),
)  # fmt: skip
rolls = st.lists(lines, unique_by=lambda line: line.subject)


def report(roll: list[Line]) -> Report:
    return Report(unit=HERE, units=[Unit(id="unit-2"), Unit(id="unit-3")], roll=roll)


def subjects(changes: Iterable[Change]) -> set[str]:
    return {change.subject for change in changes}


@given(rolls, rolls)
def test_added_less_removed_is_the_difference(first: list[Line], second: list[Line]) -> None:
    found, again = difference(report(first), report(second)), difference(report(second), report(first))
    assert found.after - found.before == len(found.added) - len(found.removed)
    assert (subjects(found.added), subjects(found.removed)) == (subjects(again.removed), subjects(again.added))
    assert subjects(found.changed) == subjects(again.changed)


@given(rolls, rolls)
def test_every_figure_that_differs_has_its_enterprises(first: list[Line], second: list[Line]) -> None:
    found = difference(report(first), report(second))
    told = [*found.added, *found.removed, *found.changed]
    moved = Counter(change.status for change in told)
    moved.subtract(change.status_before for change in told)
    wanted = Counter(line.status for line in second)
    wanted.subtract(line.status for line in first)
    assert {status: n for status, n in moved.items() if n and status} == {s: n for s, n in wanted.items() if n}
    assert len(told) == len(subjects(told))


@given(rolls)
def test_an_edition_does_not_differ_from_itself(roll: list[Line]) -> None:
    found = difference(report(roll), report(roll))
    assert [*found.added, *found.removed, *found.changed] == []


def test_causes_say_what_became_of_each() -> None:
    def line(subject: str, status: str, unit: int = 0) -> Line:
        return Line(subject=subject, status=status, unit=unit)

    older = [line("a", "none"), line("b", "inactive"), line("c", "work"), line("d", "own"), line("e", "inactive")]
    newer = [line("a", "inactive"), line("b", "none"), line("c", "own"), line("d", "own", 1), line("f", "out_of_scope")]
    found = difference(report(older), report(newer))
    told = {change.subject: change.cause for change in (*found.added, *found.removed, *found.changed)}
    assert told == {"a": "inactive", "b": "resumed", "c": "status", "d": "moved", "e": "gone", "f": "first"}
    assert [found.units[change.unit].id for change in found.changed if change.subject == "d"] == ["unit-3"]


@pytest.mark.parametrize(
    ("older", "newer", "reason"),
    [(b"\xff", b"", "not-a-report"), (b"", b"", "not-comparable"),
     (b"", Report(unit=HERE, roll=[Line(unit=1)]).SerializeToString(), "not-a-report"),
     (Report(unit=HERE).SerializeToString(), Report(unit=Unit(id="x")).SerializeToString(), "not-comparable")],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(older: bytes, newer: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_both(older, newer)
    assert refused.value.reason == reason
