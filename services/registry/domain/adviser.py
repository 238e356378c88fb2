"""党建工作指导员, and the role holder behind an adviser or a secretary: an opaque id, whose name can be erased."""

from __future__ import annotations

from datetime import date

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.base import AdviserKind
from services.registry.events.organisation import (
    AdviserAppointed,
    AdviserFactVoided,
    AdviserLeft,
    AdviserTermChanged,
    Erasure,
    HolderErased,
)
from xianfeng.event import Event

__all__ = ["Adviser", "Holder"]


class Adviser(DatedAggregate):
    """Looks after many enterprises and projects; which ones is their fact."""

    KIND = "adviser"
    PREFIX = "adv"
    VOIDED = AdviserFactVoided
    LASTING = frozenset({AdviserAppointed.TYPE, AdviserLeft.TYPE})

    kind: AdviserKind
    holder: str

    def appoint(self, data: AdviserAppointed) -> None:
        if data.until is not None and data.until < self.day:
            raise refuse("ends-before-it-begins", field="until", kind="invalid")
        self.record(data)

    def change_term(self, until: date | None) -> None:
        self.require_in_office()
        if until is not None and until < self.day:
            raise refuse("ends-before-it-begins", field="until", kind="invalid")
        self.state("term", True, AdviserTermChanged(until=until), until)

    def leave(self, data: AdviserLeft) -> None:
        self.state("left", True, data)

    def require_in_office(self) -> None:
        """Refuse when the adviser has left, or the term is over, on the command's day."""
        if self.value("left") is not None or self.value("term") is None:
            raise refuse("not-in-office", field="adviser", adviser=self.id, day=self.day)

    @property
    def until(self) -> date | None:
        """The last day of the term that runs on the command's day."""
        term = self.entry("term")
        return None if term is None else term.until

    def on_appointed(self, data: AdviserAppointed, event: Event) -> None:
        self.kind, self.holder = data.kind, data.holder
        for slot in ("holder", "kind", "unit", "full_time"):
            self.put(slot, event, getattr(data, slot))
        self.put("term", event, True, data.until)

    def on_term_changed(self, data: AdviserTermChanged, event: Event) -> None:
        self.put("term", event, True, data.until)

    def on_left(self, data: AdviserLeft, event: Event) -> None:
        self.put("left", event, True)

    def on_fact_voided(self, data: AdviserFactVoided, event: Event) -> None:
        self.drop(data.version)


class Holder(DatedAggregate):
    """A person in a role. The only fact is that the person's row was erased."""

    KIND = "holder"
    PREFIX = "hld"

    erased = False

    def erase(self, reason: Erasure) -> None:
        if not self.erased:
            self.record(HolderErased(reason=reason))

    def on_erased(self, data: HolderErased, event: Event) -> None:
        self.erased = True
        self.put("erased", event, data.reason)
