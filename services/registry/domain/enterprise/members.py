"""How many members an enterprise has, and who says so: only two sources decide (domain §3, traps)."""

from __future__ import annotations

from datetime import date

from services.registry.domain.base import is_correcting, on_day
from services.registry.domain.enterprise.verifying import Verifications
from services.registry.domain.words import refuse
from services.registry.events.enterprise import (
    ConfirmingSource,
    CountField,
    EnterpriseMembersCounted,
    EnterpriseMembersInTransfer,
    EnterpriseMembersReported,
    EnterpriseVerificationClosed,
)
from xianfeng.event import Event
from xianfeng.words import say

__all__ = ["COUNTS", "Members"]

COUNTS: tuple[CountField, ...] = ("formal", "probationary", "elsewhere")


class Members(Verifications):
    """Confirmed counts decide; declared and yearly ones pre-fill. A difference opens a 数据核实.

    Two confirming sources differ when they state different values from the very same day: nothing says then which is
    the newer truth. The one that was told first counts until the 数据核实 closes. A count from another day is no
    difference, whoever states it and in whatever order the two are told: it is a change (变更) from the earlier value
    to the later one, and a late count never touches what was confirmed from a later day. A correction (更正) is none
    either: it takes the place of what was never true.
    """

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.counted_by: dict[int, ConfirmingSource] = {}
        """Version of a count → who confirmed it."""

    def count(self, data: EnterpriseMembersCounted) -> list[CountField]:
        """党组织核实 or 社区核实; it answers what is open on the same count. What it states and does not count yet.

        What a source has said already of the same day is no answer to the other one. Refused where it differs from the
        other source of a day before that of a difference which is open.
        """
        stated = self._stated(data)
        waiting = [field for field, n in stated.items() if self._waits(field, n, data.source)]
        counts = {field: n for field, n in stated.items() if field not in waiting}
        first = [field for field in counts if self.confirmed(field) is None]
        self._count(data, counts)
        for field in first:
            self._hold_against_report(field)
        for field in waiting:
            if not self.verification(field):
                self.open_verification(field, stated[field], data.source)
        return waiting

    def report(self, data: EnterpriseMembersReported) -> None:
        """企业申报 or 年报: never decides. Where it differs from the confirmed count a 数据核实 is opened.

        Said again, it is news only once a newer count was confirmed.
        """
        stated = self._stated(data)
        if not any(self._is_news(field, n, data.source) for field, n in stated.items()):
            return
        self.record(data)
        for field, reported in stated.items():
            if self._differs(field, reported, data.source) and not self.verification(field):
                self.open_verification(field, reported)

    def void(self, event: Event, reason: str) -> None:
        """Where the first of two confirmed counts was never true, nothing contradicts the other one: it counts."""
        super().void(event, reason)
        for field in COUNTS:
            apart = self.apart(field)
            if apart and not self._contradicted(field, apart.other, apart.source, apart.day):
                with on_day(apart.day):
                    self._count(EnterpriseMembersCounted(source=apart.source), {field: apart.other})

    def note_transfers(self, data: EnterpriseMembersInTransfer) -> None:
        self.state("in_transfer", (data.leaving, data.arriving), data)

    def members_known(self, day: date) -> int | None:
        """Formal members on the day, as confirmed; None when not known."""
        found = self.value("formal", day)
        return None if found is None else int(found)

    def _count(self, data: EnterpriseMembersCounted, counts: dict[CountField, int]) -> None:
        """Record what is new of these counts; they answer what is open on them."""
        new = {field: n for field, n in counts.items() if not self.says(field, n)}
        if new:
            self.record(data.model_copy(update={field: new.get(field) for field in COUNTS}))
        for field in counts:
            if self._answers(field):
                self.record(EnterpriseVerificationClosed(field=field, reason=say("registry.confirmed-by-count")))

    def _waits(self, field: CountField, n: int, source: ConfirmingSource) -> bool:
        """Does it contradict the other confirming source, or repeat what waits for an answer?"""
        if is_correcting():
            return False
        apart = self.apart(field)
        if apart and (apart.other, apart.source, apart.day) == (n, source, self.day):
            return True
        if self._answers(field) or not self._contradicted(field, n, source, self.day):
            return False
        if apart:
            raise refuse("counts-apart", field=field, day=apart.day)
        return True

    def _answers(self, field: CountField) -> bool:
        """Does a count from this day answer what is open? Two confirmed ones are not answered from before their day."""
        apart = self.apart(field)
        return self.day >= apart.day if apart else self.verification(field) is not None

    def _contradicted(self, field: CountField, n: int, source: ConfirmingSource, day: date) -> bool:
        """Has the other source confirmed another value from this very day?"""
        entry = self.entry(field, day)
        if entry is None or entry.effective != day or entry.value == n:
            return False
        return self.counted_by[entry.version] != source

    def _hold_against_report(self, field: CountField) -> None:
        """The first confirmed count of an enterprise meets what was reported before there was any."""
        reported = self.slots.get(f"reported.{field}")
        if reported and reported.entries and not self.verification(field):
            n, source = reported.entries[-1].value
            if self._differs(field, n, source):
                self.open_verification(field, n)

    def _is_news(self, field: CountField, reported: int, source: str) -> bool:
        said, counted = self.entry(f"reported.{field}"), self.entry(field)
        if said is None or said.value != (reported, source):
            return True
        return counted is not None and counted.effective > said.effective

    def _differs(self, field: CountField, reported: int, source: str) -> bool:
        confirmed = self.confirmed(field)
        if confirmed is None:
            return False
        if field == "formal" and source == "yearly_report":
            # A yearly report's figure includes probationary members (domain §6).
            confirmed += self.confirmed("probationary") or 0
        return confirmed != reported

    def _stated(self, data: EnterpriseMembersCounted | EnterpriseMembersReported) -> dict[CountField, int]:
        stated: dict[CountField, int] = {field: n for field in COUNTS if (n := getattr(data, field)) is not None}
        if not stated:
            raise refuse("no-count", field="formal", kind="invalid")
        return stated

    def on_members_counted(self, data: EnterpriseMembersCounted, event: Event) -> None:
        self.counted_by[event.originator_version] = data.source
        for field in COUNTS:
            if (n := getattr(data, field)) is not None:
                self.put(field, event, n)

    def on_members_reported(self, data: EnterpriseMembersReported, event: Event) -> None:
        for field in COUNTS:
            if (n := getattr(data, field)) is not None:
                self.put(f"reported.{field}", event, (n, data.source))

    def on_members_in_transfer(self, data: EnterpriseMembersInTransfer, event: Event) -> None:
        self.put("in_transfer", event, (data.leaving, data.arriving))
