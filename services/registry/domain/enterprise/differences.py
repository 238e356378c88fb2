"""Where a register and the offices differ about an enterprise, until a person settles it (domain §4)."""

from __future__ import annotations

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.enterprise import (
    DifferenceField,
    EnterpriseDifferenceRaised,
    EnterpriseDifferenceSettled,
)
from xianfeng.event import Event

__all__ = ["Differences"]


class Differences(DatedAggregate):
    """A slot `difference.<field>` holds (known, reported, source) while a person has not settled it."""

    def raise_difference(self, data: EnterpriseDifferenceRaised) -> bool:
        """Record it, once for each field and reported value, however often that is reported; was it new?"""
        if self._was_raised(data.field, data.reported):
            return False
        self.record(data)
        return True

    def settle_difference(self, field: DifferenceField, *, taken: bool, reason: str | None = None) -> None:
        """Refused when no difference of this field is open."""
        self.record(EnterpriseDifferenceSettled(field=field, reported=self.reported(field), taken=taken, reason=reason))

    def reported(self, field: str) -> str:
        """What the register says in the open difference. Refused when none is open."""
        found = self.value(f"difference.{field}")
        if found is None:
            raise refuse("no-difference", field="field")
        return str(found[1])

    def _was_raised(self, field: str, reported: str) -> bool:
        slot = self.slots.get(f"difference.{field}")
        return slot is not None and any(e.value is not None and e.value[1] == reported for e in slot.entries)

    def on_difference_raised(self, data: EnterpriseDifferenceRaised, event: Event) -> None:
        self.put(f"difference.{data.field}", event, (data.known, data.reported, data.source))

    def on_difference_settled(self, data: EnterpriseDifferenceSettled, event: Event) -> None:
        self.put(f"difference.{data.field}", event, None)
