"""What all of registry's aggregates have in common: dated slots, corrections, and facts that were never true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Self

from services.registry.domain.dated import Entry, Slot
from services.registry.domain.words import refuse
from services.registry.events.base import Correction, Fact, FactVoidedBase
from xianfeng.event import Data, Event, acting, current_act
from xianfeng.store.aggregate import Aggregate

__all__ = ["Correcting", "DatedAggregate", "correcting", "is_correcting", "on_day"]


class Correcting:
    """A correction under way: the event that was never true; `used` once a fact has taken its place."""

    def __init__(self, event: Event, reason: str) -> None:
        self.type = event.type
        self.fact = Correction(event=event.id, reason=reason)
        self.used = False


_correcting: ContextVar[Correcting | None] = ContextVar("correcting", default=None)


@contextmanager
def correcting(correction: Correcting | None) -> Iterator[None]:
    """Facts of the corrected event's type that are recorded inside name it as never true."""
    token = _correcting.set(correction)
    try:
        yield
    finally:
        _correcting.reset(token)


def is_correcting() -> bool:
    """Does what is decided now take the place of a fact that was never true?"""
    return _correcting.get() is not None


class DatedAggregate(Aggregate):
    """An aggregate whose facts are dated slots. `day` is the day from which the present command's facts are true."""

    SOURCE: ClassVar[str] = "/registry"
    KIND: ClassVar[str]
    PREFIX: ClassVar[str]
    VOIDED: ClassVar[type[FactVoidedBase] | None] = None
    LASTING: ClassVar[frozenset[str]] = frozenset()
    """Types that no void may take out: the subject would have no beginning, or others moved with them."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.slots: dict[str, Slot] = {}

    @property
    def day(self) -> date:
        effective = current_act().effective
        if effective is None:
            raise LookupError("no effective day: a command is decided inside acting(Act(effective=…))")
        return effective

    def copy(self) -> Self:
        """Another aggregate that stands the same; what is decided by one the other does not know."""
        other = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict | list):
                setattr(other, name, value.copy())
        other.slots = {name: slot.copy() for name, slot in self.slots.items()}
        return other

    def value(self, slot: str, day: date | None = None) -> Any:
        """The slot's value on a day (by default the command's); None when it is empty or not known."""
        found = self.slots.get(slot)
        return None if found is None else found.on(day or self.day)

    def entry(self, slot: str, day: date | None = None) -> Entry | None:
        found = self.slots.get(slot)
        return None if found is None else found.entry(day or self.day)

    def known(self, slot: str, day: date | None = None) -> Any:
        """The slot's value on the day, before its first day the first one; for slots filled from the beginning."""
        found = self.value(slot, day)
        return self.slots[slot].entries[0].value if found is None else found

    def view(self, day: date) -> dict[str, Any]:
        """Slot → value on the day, empty ones left out."""
        values = {name: slot.on(day) for name, slot in self.slots.items()}
        return {name: value for name, value in values.items() if value is not None}

    def next_change(self, day: date) -> date | None:
        """The first later day on which a slot changes by itself."""
        days = [slot.next_change(day) for slot in self.slots.values()]
        return min((later for later in days if later is not None), default=None)

    def days_of(self, slot: str, subject: str) -> list[date]:
        """The command's day and later days from which the slot names this subject (alone, or first of a tuple)."""
        found = self.slots.get(slot, _EMPTY)
        days = {self.day, *(day for day in found.changes() if day > self.day)}
        return [day for day in sorted(days) if _names(found.on(day), subject)]

    def record(self, data: Data) -> None:
        """Record a fact; a correction under way is named in it when it is of the corrected type."""
        correction = _correcting.get()
        if correction is not None and isinstance(data, Fact) and correction.type == data.TYPE:
            data = data.model_copy(update={"correction": correction.fact})
            correction.used = True
        self.emit(data)

    def state(self, slot: str, value: Any, data: Data, until: date | None = None) -> None:
        """Record `data` unless the slot says so already from the day on."""
        if not self.says(slot, value, until):
            self.record(data)

    def says(self, slot: str, value: Any, until: date | None = None) -> bool:
        return self.slots.get(slot, _EMPTY).says(self.day, value, until)

    def put(self, slot: str, event: Event, value: Any, until: date | None = None) -> None:
        """Fold: the slot has this value from the event's day on."""
        entry = Entry(event.effective, event.originator_version, value, until)
        self.slots.setdefault(slot, Slot()).put(entry)

    def void(self, event: Event, reason: str) -> None:
        """Take out a fact of this subject that was never true."""
        if self.VOIDED is None or event.type in self.LASTING or event.type == self.VOIDED.TYPE:
            raise refuse("cannot-void", field="event", type=event.type)
        if self.stands(event.originator_version):
            self.emit(self.VOIDED(event=event.id, version=event.originator_version, reason=reason))

    def stands(self, version: int) -> bool:
        """Does a slot still hold what the event of this version said?"""
        return any(entry.version == version for slot in self.slots.values() for entry in slot.entries)

    def drop(self, version: int) -> None:
        """Fold: what the event of this version said was never true."""
        for slot in self.slots.values():
            slot.drop(version)


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """What is recorded inside is true from this day on."""
    with acting(replace(current_act(), effective=day)):
        yield


def _names(value: Any, subject: str) -> bool:
    return bool(value[0] == subject if isinstance(value, tuple) else value == subject)


_EMPTY = Slot()
