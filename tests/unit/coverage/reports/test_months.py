"""The days of a monthly report."""

from __future__ import annotations

from datetime import date

import pytest

from services.coverage.reports.months import days_of
from xianfeng.refusal import Refused


@pytest.mark.parametrize(
    ("month", "cutoff", "expected"),
    [
        ("2022-03", "", ("2022-03-31", "2022-02-28", "2021-03-31")),
        ("2024-03", "", ("2024-03-31", "2024-02-29", "2023-03-31")),
        ("2024-02", "", ("2024-02-29", "2024-01-31", "2023-02-28")),
        ("2022-01", "2022-01-25", ("2022-01-25", "2021-12-25", "2021-01-25")),
        ("2022-03", "2022-03-30", ("2022-03-30", "2022-02-28", "2021-03-30")),
    ],
)
def test_the_same_day_of_last_month_and_of_last_year(month: str, cutoff: str, expected: tuple[str, ...]) -> None:
    assert days_of(month, cutoff) == tuple(map(date.fromisoformat, expected))


@pytest.mark.parametrize("month", ["", "2022-13", "2022-3", "202203", "0001-01", "2022-03-01", "二〇二二年三月"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(Refused) as refused:
        days_of(month)
    assert refused.value.field == "month"


@pytest.mark.parametrize("cutoff", ["2022-04-01", "2022-02-28", "31", "2022-03-32", "20220331"])
def test_the_cutoff_day_lies_in_the_month(cutoff: str) -> None:
    with pytest.raises(Refused) as refused:
        days_of("2022-03", cutoff)
    assert refused.value.field == "cutoff"
