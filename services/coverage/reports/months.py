"""The days of a monthly report: its cut-off day, the same day of last month, and of the same month last year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from xianfeng.refusal import Refused
from xianfeng.words import say

__all__ = ["ReportDays", "days_of", "last_day"]

_MONTH = re.compile(r"(19[5-9]\d|20\d\d)-(0[1-9]|1[0-2])")


class ReportDays(NamedTuple):
    """Figures are those at 24:00 of each."""

    cutoff: date
    before: date
    year_before: date


def days_of(month: str, cutoff: str = "") -> ReportDays:
    """The days of a month (YYYY-MM) with this cut-off day (ISO, in the month; empty: its last). Raises Refused."""
    if _MONTH.fullmatch(month) is None:
        raise _refused("bad-month", "month", value=month[:20])
    year, number = int(month[:4]), int(month[5:])
    day = _cutoff(cutoff, year, number)
    last = day.day == last_day(year, number)
    above = (year, number - 1) if number > 1 else (year - 1, 12)
    return ReportDays(day, _same(*above, day.day, last), _same(year - 1, number, day.day, last))


def last_day(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _cutoff(text: str, year: int, month: int) -> date:
    if not text:
        return date(year, month, last_day(year, month))
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or (day.year, day.month) != (year, month):
        raise _refused("bad-cutoff", "cutoff", value=text[:20], month=f"{year}-{month:02}")
    return day


def _same(year: int, month: int, day: int, last: bool) -> date:
    """The day of that number; the last day stays the last one."""
    end = last_day(year, month)
    return date(year, month, end if last else min(day, end))


def _refused(reason: str, field: str, **values: object) -> Refused:
    message, remedy = (say(f"reports.refused.{reason}.{part}", **values) for part in ("message", "remedy"))
    return Refused(message, kind="invalid", reason=reason, field=field, remedy=remedy)
