"""The facts behind a status: each with the event that said it, in force or not, voided or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.domain.folded import Folded
from services.coverage.domain.folding import fold
from services.coverage.domain.slots import Entry, Slot, in_force
from services.coverage.queries.wording import slot_label, slot_name, value_text
from services.registry.events import CATALOGUE
from services.registry.events.labels import event_label
from xianfeng.event import Event
from xianfeng.words import say

__all__ = ["Story", "tell"]

UnitName = Callable[[str], str]
_COUNTS = frozenset({Slot.FORMAL, Slot.PROBATIONARY, Slot.ELSEWHERE})
_SMALL = (1, 2)


@dataclass(frozen=True)
class Story:
    """All events of one enterprise up to a point, and what is folded of them."""

    events: dict[int, Event]
    folded: Folded

    @cached_property
    def entries(self) -> list[Entry]:
        return self.folded.read()

    def lines(
        self, day: date, unit_name: UnitName, *, hide: frozenset[str] = frozenset(), banded: bool = False
    ) -> list[pb.FactLine]:
        """What is in force on the day first, then everything by its time. Slots named in `hide` are left out.

        `banded`: one or two members identify a person and are not told apart.
        """
        force = {(entry[1], entry[2]) for entry in in_force(self.entries, day.toordinal()).values()}
        voided = {entry[3] for entry in self.entries if entry[2] == Slot.VOID}
        lines = []
        for entry in sorted(self.entries, key=lambda entry: (entry[0], entry[1], entry[2])):
            line = self._line(entry, unit_name)
            if entry[2] in _COUNTS:
                line.value = self._count(entry, line.value, banded=banded)
            line.in_force, line.voided = (entry[1], entry[2]) in force, entry[1] in voided
            if line.slot not in hide:
                lines.append(line)
        return sorted(lines, key=lambda line: not line.in_force)

    def _count(self, entry: Entry, shown: str, *, banded: bool) -> str:
        """A count of members says who verified it (domain §3)."""
        source = getattr(self.events[entry[1]].data, "source", "")
        shown = say("coverage.value.few-members") if banded and entry[3] in _SMALL else shown
        return say("coverage.value.sourced", value=shown, source=say(f"coverage.value.{source}")) if source else shown

    def _line(self, entry: Entry, unit_name: UnitName) -> pb.FactLine:
        day, version, slot, _, until, _ = entry
        event = self.events[version]
        return pb.FactLine(
            slot=slot_name(slot), label=slot_label(slot), value=value_text(entry, unit_name),
            effective=date.fromordinal(day).isoformat(), until=date.fromordinal(until).isoformat() if until else "",
            event=event.id, version=version, type=event.type, actor=event.actor, recorded=event.time,
            event_label=event_label(event.type),
        )  # fmt: skip


def tell(raws: Iterable[bytes]) -> Story:
    """Fold the bytes of one subject's events, in their order, as the projection does."""
    events: Sequence[Event] = [CATALOGUE.load(raw) for raw in raws]
    folded = Folded()
    for event in events:
        fold(folded, event.type, event.originator_version, event.effective, event.data)
    return Story({event.originator_version: event for event in events}, folded)
