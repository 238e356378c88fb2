"""数据核实: two sources say different things of one count, until somebody answers (domain §3, traps)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from services.registry.domain.base import DatedAggregate
from services.registry.domain.dated import Entry, Slot
from services.registry.domain.words import refuse
from services.registry.events.enterprise import (
    ConfirmingSource,
    CountField,
    EnterpriseVerificationClosed,
    EnterpriseVerificationOpened,
)
from xianfeng.event import Event

__all__ = ["Apart", "Verifications"]

ANSWER_DAYS = 30
"""Days to answer a 数据核实, from when it is known (assumed)."""


class Apart(NamedTuple):
    """Two confirmed counts about one day: `confirmed` was first and counts, `other` is what `source` said after it."""

    confirmed: int
    other: int
    source: ConfirmingSource
    day: date


class Verifications(DatedAggregate):
    """At most one is open on each count. It follows what was told, not the days that were told about."""

    def close_verification(self, data: EnterpriseVerificationClosed) -> None:
        if not self.verification(data.field):
            raise refuse("no-verification", field="field")
        self.record(data)

    def verification(self, field: CountField) -> Entry | None:
        """The one that is open; its value is (confirmed, reported), or Apart where both were confirmed."""
        slot = self.slots.get(f"verification.{field}")
        last = slot.entries[-1] if slot and slot.entries else None
        return last if last and last.value is not None else None

    def apart(self, field: CountField) -> Apart | None:
        """What is open between the two confirming sources."""
        found = self.verification(field)
        return found.value if found and isinstance(found.value, Apart) else None

    def open_verification(self, field: CountField, reported: int, source: ConfirmingSource | None = None) -> None:
        """`source`: of `reported`, where it is a confirmed count as well."""
        answer_by = max(self.day, self.clock.today()) + timedelta(days=ANSWER_DAYS)
        self.record(
            EnterpriseVerificationOpened(
                field=field, confirmed=self.confirmed(field), reported=reported, source=source, answer_by=answer_by
            )
        )

    def confirmed(self, field: CountField) -> int | None:
        """What counts on the command's day; before the first confirmed count that one, as nothing else is known."""
        slot = self.slots.get(field)
        return int(self.known(field)) if slot and slot.entries else None

    def on_verification_opened(self, data: EnterpriseVerificationOpened, event: Event) -> None:
        if data.source is None or data.confirmed is None:
            self._follow(data.field, event, (data.confirmed, data.reported))
        else:
            self._follow(data.field, event, Apart(data.confirmed, data.reported, data.source, event.effective))

    def on_verification_closed(self, data: EnterpriseVerificationClosed, event: Event) -> None:
        self._follow(data.field, event, None)

    def _follow(self, field: CountField, event: Event, value: Apart | tuple[int | None, int] | None) -> None:
        # An answer about an earlier day ends what was asked later, and a late question stands although another ended.
        slot = self.slots.setdefault(f"verification.{field}", Slot())
        last = slot.entries[-1].effective if slot.entries else event.effective
        slot.put(Entry(max(event.effective, last), event.originator_version, value, None))
