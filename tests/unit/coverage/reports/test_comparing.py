"""The difference of two editions adds up, whatever they hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proto.xianfeng.coverage.v1.reports_pb2 import Line, Report
from services.coverage.domain.keys import DUTIES, STATUSES
from services.coverage.reports.comparing import difference

lines = st.builds(
    Line, subject=st.sampled_from([f"ent-{n}" for n in range(12)]), status=st.sampled_from(STATUSES),
    duty=st.sampled_from(DUTIES),
)  # fmt: skip
rolls = st.lists(lines, unique_by=lambda line: line.subject)


@given(rolls, rolls)
def test_added_less_removed_is_the_difference(first: list[Line], second: list[Line]) -> None:
    found = difference(Report(roll=first), Report(roll=second))
    assert found.after - found.before == len(found.added) - len(found.removed)
    again = difference(Report(roll=second), Report(roll=first))
    assert (found.added, found.removed) == (again.removed, again.added)
    assert len(found.changed) == len(again.changed)


@given(rolls)
def test_an_edition_does_not_differ_from_itself(roll: list[Line]) -> None:
    found = difference(Report(roll=roll), Report(roll=roll))
    assert (found.added, found.removed, found.changed) == ([], [], [])
