"""物业行业党委: the industry committee of a city (a county's by practice; H 二(一))."""

from __future__ import annotations

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.organisation import CommitteeChanged, CommitteeEnded, CommitteeFactVoided, CommitteeFormed
from xianfeng.event import Event

__all__ = ["Committee"]

PARTS = ("name", "leading_group", "staff")


class Committee(DatedAggregate):
    KIND = "committee"
    PREFIX = "com"
    VOIDED = CommitteeFactVoided
    LASTING = frozenset({CommitteeFormed.TYPE, CommitteeEnded.TYPE})

    def form(self, data: CommitteeFormed) -> None:
        self.record(data)

    def change(self, data: CommitteeChanged) -> None:
        self._alive()
        new = {p: v for p in PARTS if (v := getattr(data, p)) is not None and not self.says(p, v)}
        if new:
            self.record(data.model_copy(update={part: new.get(part) for part in PARTS}))

    def end(self, data: CommitteeEnded) -> None:
        if (data.cause == "withdrawn") != (data.successor is None):
            raise refuse("cause-and-successor", field="successor", kind="invalid")
        self._alive()
        self.record(data)

    def _alive(self) -> None:
        if self.value("ended") is not None:
            raise refuse("organisation-ended", field="committee", organisation=self.id)

    def on_formed(self, data: CommitteeFormed, event: Event) -> None:
        self.put("unit", event, data.unit)
        for part in PARTS:
            self.put(part, event, getattr(data, part))

    def on_changed(self, data: CommitteeChanged, event: Event) -> None:
        for part in PARTS:
            if (value := getattr(data, part)) is not None:
                self.put(part, event, value)

    def on_ended(self, data: CommitteeEnded, event: Event) -> None:
        self.put("ended", event, (data.cause, data.successor))

    def on_fact_voided(self, data: CommitteeFactVoided, event: Event) -> None:
        self.drop(data.version)
