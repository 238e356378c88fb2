"""An enterprise's yearly filing (报备), trainings, and what became of its record."""

from __future__ import annotations

from typing import Literal

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.enterprise import (
    EnterpriseConfirmed,
    EnterpriseFiled,
    EnterpriseFilingAccepted,
    EnterpriseFilingReturned,
    EnterpriseMerged,
    EnterpriseMergeUndone,
    EnterpriseSucceeded,
    EnterpriseTrainingRecorded,
)
from xianfeng.event import Event

__all__ = ["Records"]

FilingState = Literal["filed", "accepted", "returned"]


class Records(DatedAggregate):
    """Filing: enterprise → industry organisation, who accepts or returns it. Merging is of records, and undone."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.filings: dict[int, tuple[FilingState, EnterpriseFiled]] = {}
        self.merged_into: str | None = None

    def file(self, data: EnterpriseFiled) -> None:
        state, filed = self.filings.get(data.year, (None, None))
        if state == "accepted":
            raise refuse("filing-accepted", field="year", year=data.year)
        if state != "filed" or filed != data:
            self.record(data)

    def accept_filing(self, year: int) -> None:
        if self._filing(year) != "accepted":
            self.record(EnterpriseFilingAccepted(year=year))

    def return_filing(self, year: int, reason: str) -> None:
        if self._filing(year) == "accepted":
            raise refuse("filing-accepted", field="year", year=year)
        self.record(EnterpriseFilingReturned(year=year, reason=reason))

    def record_training(self, data: EnterpriseTrainingRecorded) -> None:
        self.record(data)

    def confirm(self) -> None:
        """Record that an office has looked at the record, unless nothing has happened since it last did."""
        found = self.slots.get("confirmed")
        if found is None or max(entry.version for entry in found.entries) != self.version:
            self.record(EnterpriseConfirmed())

    def merge_into(self, other: str, reason: str) -> None:
        if other == self.id:
            raise refuse("merge-with-itself", field="into", kind="invalid")
        if self.merged_into != other:
            self.record(EnterpriseMerged(into=other, reason=reason))

    def undo_merge(self, reason: str) -> None:
        if self.merged_into is None:
            raise refuse("not-merged", field="enterprise")
        self.record(EnterpriseMergeUndone(reason=reason))

    def succeed(self, data: EnterpriseSucceeded) -> None:
        if self.id in data.successors or len(set(data.successors)) != len(data.successors):
            raise refuse("succeeds-itself", field="successors", kind="invalid")
        self.state("successors", (data.cause, data.successors), data)

    def _filing(self, year: int) -> FilingState:
        if year not in self.filings:
            raise refuse("not-filed", field="year", year=year)
        return self.filings[year][0]

    def on_filed(self, data: EnterpriseFiled, event: Event) -> None:
        self._file(data.year, "filed", data, event)

    def on_filing_accepted(self, data: EnterpriseFilingAccepted, event: Event) -> None:
        self._file(data.year, "accepted", self.filings[data.year][1], event)

    def on_filing_returned(self, data: EnterpriseFilingReturned, event: Event) -> None:
        self._file(data.year, "returned", self.filings[data.year][1], event)

    def _file(self, year: int, state: FilingState, data: EnterpriseFiled, event: Event) -> None:
        self.filings[year] = (state, data)
        self.put(f"filing.{year}", event, state)

    def on_training_recorded(self, data: EnterpriseTrainingRecorded, event: Event) -> None:
        self.put("training", event, (data.kind, data.level, data.people))

    def on_confirmed(self, data: EnterpriseConfirmed, event: Event) -> None:
        self.put("confirmed", event, True)

    def on_merged(self, data: EnterpriseMerged, event: Event) -> None:
        self.merged_into = data.into
        self.put("merged_into", event, data.into)

    def on_merge_undone(self, data: EnterpriseMergeUndone, event: Event) -> None:
        self.merged_into = None
        self.put("merged_into", event, None)

    def on_succeeded(self, data: EnterpriseSucceeded, event: Event) -> None:
        self.put("successors", event, (data.cause, data.successors))
