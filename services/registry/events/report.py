"""What happens to a unit's monthly report: sent up, sent back, or not asked for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.registry.events.base import Count, Fact, FreeText, Name, Subject, date
from xianfeng.event import Data, published

__all__ = ["EVENTS", "MONTH", "Digest", "Month"]

MONTH = r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])"
"""The form of a month: YYYY-MM."""
Month = Annotated[str, StringConstraints(pattern=f"^{MONTH}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ReportedFigures(Data):
    """应统计 is the sum of the last four; `joint` are all forms of joint organisations."""

    registered: Count
    enterprises: Count
    own: Count
    joint: Count
    work: Count
    uncovered: Count


class ReportSent(Fact):
    """An edition of the unit's report for a month. `digest`: SHA-256 of its content, which is kept beside the log."""

    TYPE = "report.sent.v1"
    unit: Subject
    month: Month
    cutoff: date
    edition: Annotated[int, Field(ge=1)]
    digest: Digest
    figures: ReportedFigures
    notes: tuple[FreeText, ...] = ()


class ReportReturned(Fact):
    """The unit above sends the edition back: the unit may send another one."""

    TYPE = "report.returned.v1"
    edition: Annotated[int, Field(ge=1)]
    reason: Name


class ReportExcused(Fact):
    """The unit above does not ask this unit for a report of the month."""

    TYPE = "report.excused.v1"
    unit: Subject
    month: Month
    reason: Name


EVENTS = published(globals())
