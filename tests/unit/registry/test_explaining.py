"""Which changes of a monthly report must be explained: large ones, and last month's figures that are others by now."""

from __future__ import annotations

import pytest

from services.registry.domain.explaining import SentFigures, unexplained
from services.registry.events.report import ReportedFigures


def figures(enterprises: int, own: int = 0) -> ReportedFigures:
    return ReportedFigures(
        registered=enterprises, enterprises=enterprises, own=own, joint=0, work=0, uncovered=enterprises - own
    )


@pytest.mark.parametrize(
    ("before", "now", "asked"),
    [(100, 104, False), (100, 109, False), (100, 110, True), (100, 90, True), (20, 24, False), (20, 25, True),
     (0, 4, False), (0, 5, True), (5, 0, True), (7, 7, False)],
)  # fmt: skip
def test_a_change_is_large_by_number_and_by_share(before: int, now: int, asked: bool) -> None:
    found = unexplained(figures(now), figures(before), None)
    assert {one.figure for one in found} == ({"registered", "enterprises", "uncovered"} if asked else set())
    assert all((one.reason, one.before, one.now) == ("large", before, now) for one in found)


def test_a_month_that_was_sent_with_another_figure_is_always_asked_about() -> None:
    sent = SentFigures(3, figures(10, own=4))
    (own, uncovered) = unexplained(figures(10, own=3), figures(10, own=3), sent)
    assert (own.figure, own.reason, own.before, own.now, own.edition) == ("own", "restated", 4, 3, 3)
    assert (uncovered.figure, uncovered.before, uncovered.now) == ("uncovered", 6, 7)
    assert own.label == "单独组建"
    assert unexplained(figures(10, own=3), figures(10, own=4), sent) == []


def test_a_unit_that_did_not_exist_last_month_is_asked_nothing() -> None:
    assert unexplained(figures(100), None, None) == []
