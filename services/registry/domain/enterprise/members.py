"""How many members an enterprise has, and who says so: only two sources decide (domain §3, traps)."""

from __future__ import annotations

from datetime import date, timedelta

from services.registry.domain.base import DatedAggregate
from services.registry.domain.words import refuse
from services.registry.events.enterprise import (
    CountField,
    EnterpriseMembersCounted,
    EnterpriseMembersInTransfer,
    EnterpriseMembersReported,
    EnterpriseVerificationClosed,
    EnterpriseVerificationOpened,
)
from xianfeng.event import Event
from xianfeng.words import say

__all__ = ["COUNTS", "Members"]

COUNTS: tuple[CountField, ...] = ("formal", "probationary", "elsewhere")
ANSWER_DAYS = 30
"""Days to answer a 数据核实 (assumed)."""


class Members(DatedAggregate):
    """Confirmed counts decide; declared and yearly ones pre-fill, and a difference opens a verification."""

    def count(self, data: EnterpriseMembersCounted) -> None:
        """党组织核实 or 社区核实. It closes a verification that is open on the same count."""
        stated = self._stated(data)
        new = {field: n for field, n in stated.items() if not self.says(field, n)}
        if new:
            self.record(data if new == stated else data.model_copy(update={field: new.get(field) for field in COUNTS}))
        for field in stated:
            if self._open(field):
                self.record(EnterpriseVerificationClosed(field=field, reason=say("registry.confirmed-by-count")))

    def report(self, data: EnterpriseMembersReported) -> None:
        """企业申报 or 年报: never decides. Where it differs from the confirmed count a 数据核实 is opened."""
        stated = self._stated(data)
        if all(self.says(f"reported.{field}", (n, data.source)) for field, n in stated.items()):
            return
        self.record(data)
        for field, reported in stated.items():
            if self._differs(field, reported, data.source) and not self._open(field):
                answer_by = self.day + timedelta(days=ANSWER_DAYS)
                self.record(
                    EnterpriseVerificationOpened(
                        field=field, confirmed=self.value(field), reported=reported, answer_by=answer_by
                    )
                )

    def close_verification(self, data: EnterpriseVerificationClosed) -> None:
        if not self._open(data.field):
            raise refuse("no-verification", field="field")
        self.record(data)

    def note_transfers(self, data: EnterpriseMembersInTransfer) -> None:
        self.state("in_transfer", (data.leaving, data.arriving), data)

    def members_known(self, day: date) -> int | None:
        """Formal members on the day, as confirmed; None when not known."""
        found = self.value("formal", day)
        return None if found is None else int(found)

    def _differs(self, field: CountField, reported: int, source: str) -> bool:
        confirmed = self.value(field)
        if confirmed is None:
            return False
        if field == "formal" and source == "yearly_report":
            # A yearly report's figure includes probationary members (domain §6).
            confirmed += self.value("probationary") or 0
        return bool(confirmed != reported)

    def _open(self, field: CountField) -> bool:
        slot = self.slots.get(f"verification.{field}")
        return slot is not None and max(slot.entries, key=lambda e: e.version).value is not None

    def _stated(self, data: EnterpriseMembersCounted | EnterpriseMembersReported) -> dict[CountField, int]:
        stated: dict[CountField, int] = {field: n for field in COUNTS if (n := getattr(data, field)) is not None}
        if not stated:
            raise refuse("no-count", field="formal", kind="invalid")
        return stated

    def on_members_counted(self, data: EnterpriseMembersCounted, event: Event) -> None:
        for field in COUNTS:
            if (n := getattr(data, field)) is not None:
                self.put(field, event, n)

    def on_members_reported(self, data: EnterpriseMembersReported, event: Event) -> None:
        for field in COUNTS:
            if (n := getattr(data, field)) is not None:
                self.put(f"reported.{field}", event, (n, data.source))

    def on_verification_opened(self, data: EnterpriseVerificationOpened, event: Event) -> None:
        self.put(f"verification.{data.field}", event, (data.confirmed, data.reported), None)

    def on_verification_closed(self, data: EnterpriseVerificationClosed, event: Event) -> None:
        self.put(f"verification.{data.field}", event, None)

    def on_members_in_transfer(self, data: EnterpriseMembersInTransfer, event: Event) -> None:
        self.put("in_transfer", event, (data.leaving, data.arriving))
