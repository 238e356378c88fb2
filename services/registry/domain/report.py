"""A unit's monthly report: sent is locked, sent back is open again, and each sending is an edition of its own."""

from __future__ import annotations

from typing import Literal

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.report import ReportedFigures, ReportExcused, ReportReturned, ReportSent
from xianfeng.event import Event, subject_id

__all__ = ["Report", "Stage", "month_before"]

Stage = Literal["", "sent", "returned", "excused"]


def month_before(month: str) -> str:
    """The month before a month, both YYYY-MM."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year}-{number - 1:02}" if number > 1 else f"{year - 1}-12"


class Report(DatedAggregate):
    """One unit, one month. `figures` and `cutoff` are those of the last edition; `edition` is 0 before the first."""

    KIND = "report"
    PREFIX = "rpt"

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.stage: Stage = ""
        self.edition = 0
        self.figures: ReportedFigures | None = None
        self.cutoff = ""

    @classmethod
    def id_of(cls, unit: str, month: str) -> str:
        """The subject of a unit's report for a month."""
        return subject_id(cls.PREFIX, unit, month)

    @property
    def settled(self) -> bool:
        """The unit above need not wait for it."""
        return self.stage in ("sent", "excused")

    def send(self, data: ReportSent) -> None:
        self._unlocked()
        self.record(data)

    def give_back(self, reason: str) -> None:
        if self.stage != "sent":
            raise refuse("report-not-sent", field="unit")
        self.record(ReportReturned(edition=self.edition, reason=reason))

    def excuse(self, data: ReportExcused) -> None:
        self._unlocked()
        if self.stage != "excused":
            self.record(data)

    def _unlocked(self) -> None:
        if self.stage == "sent":
            raise refuse("report-locked", field="unit", edition=self.edition)

    def on_sent(self, data: ReportSent, event: Event) -> None:
        self.put("unit", event, data.unit)
        self.stage, self.edition, self.figures = "sent", data.edition, data.figures
        self.cutoff = data.cutoff.isoformat()

    def on_returned(self, data: ReportReturned, event: Event) -> None:
        self.stage = "returned"

    def on_excused(self, data: ReportExcused, event: Event) -> None:
        self.put("unit", event, data.unit)
        self.stage = "excused"
