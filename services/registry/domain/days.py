"""Days that a fact may name."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.domain.words import refuse

__all__ = ["EARLIEST", "FURTHEST_DAYS", "check_effective", "within_a_year"]

EARLIEST = date(1949, 10, 1)
FURTHEST_DAYS = 366
"""How far ahead of today a fact may begin."""


def check_effective(day: date, today: date) -> None:
    """Refuse a day before 1949-10-01 or more than 366 days ahead."""
    if not EARLIEST <= day <= today + timedelta(days=FURTHEST_DAYS):
        raise refuse("day-out-of-bounds", field="meta.effective", kind="invalid", day=day, earliest=EARLIEST)


def within_a_year(begin: date, end: date, *, field: str) -> None:
    """Refuse an end before its beginning or later than twelve months on."""
    if end < begin:
        raise refuse("ends-before-it-begins", field=field, kind="invalid")
    # The same day of the next year is still within twelve months; 29 February has none, 1 March stands for it.
    latest = begin.replace(year=begin.year + 1) if (begin.month, begin.day) != (2, 29) else date(begin.year + 1, 3, 1)
    if end > latest:
        raise refuse("longer-than-a-year", field=field, kind="invalid", latest=latest)
