"""Quotas follow their curve, and working days leave weekends out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.demo.quotas import Quota, on_curve
from services.registry.demo.world import workday

CURVE = [(date(2022, 1, 1), 0.0), (date(2022, 1, 11), 100.0), (date(2022, 2, 1), 100.0)]


@pytest.mark.parametrize(
    ("day", "value"), [(date(2021, 1, 1), 0), (date(2022, 1, 6), 50), (date(2022, 1, 20), 100), (date(2030, 1, 1), 100)]
)
def test_a_curve_is_straight_between_its_points(day: date, value: float) -> None:
    assert on_curve(CURVE, day) == value


def test_what_is_done_is_not_due_again() -> None:
    quota = Quota(CURVE, scale=0.5)
    assert quota.due(date(2022, 1, 6)) == 25
    quota.done = 25
    assert quota.due(date(2022, 1, 6)) == 0
    assert quota.due(date(2022, 1, 11)) == 25


def test_the_last_day_takes_the_place_of_later_points() -> None:
    quota = Quota(CURVE, until=(date(2022, 1, 6), 80.0))
    assert quota.due(date(2022, 3, 1)) == 80


@given(st.dates(date(2021, 1, 1), date(2030, 1, 1)))
def test_a_working_day_is_the_first_that_is_no_weekend(day: date) -> None:
    found = workday(day)
    assert found.weekday() < 5
    assert 0 <= (found - day).days <= 2
    assert (found == day) == (day.weekday() < 5)
