"""The base of every aggregate: it decides by `emit`, and folds by its `on_…` methods alone.

It meets the event store's protocol (`id`, `version`, `collect_events`) and inherits nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Self

from xianfeng.clock import Clock, SystemClock
from xianfeng.event import Data, Event, UnknownType, acting, current_act

__all__ = ["Aggregate", "VersionGap"]

Fold = Callable[[Any, Any, Event], None]


class VersionGap(ValueError):
    """An event that is not the next one of its subject."""


class Aggregate:
    """One subject. `version` is that of its last event, 0 before the first.

    `pending` are the events not yet stored; a session gives all its aggregates one list, in the order of deciding.
    A type `enterprise.members-counted.v1` is folded by `on_members_counted(data, event)`. Only folds change state,
    so a refused command leaves no trace as long as it emitted nothing. `KIND` is the first part of its types' names,
    by default the class's name.
    """

    SOURCE: ClassVar[str] = "/"
    KIND: ClassVar[str] = ""
    _folds: ClassVar[dict[str, Fold]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._folds = {}
        if "KIND" not in vars(cls):
            cls.KIND = cls.__name__.lower()

    def __init__(self, id: str) -> None:
        self.id = id
        self.version = 0
        self.pending: list[Event] = []
        self.source = self.SOURCE
        self.clock: Clock = SystemClock()

    def emit(self, data: Data, effective: date | None = None) -> Event:
        """Record a fact of the current act, true from `effective` on (by default the act's day); fold it."""
        if effective is None:
            event = self._make(data)
        else:
            with acting(replace(current_act(), effective=effective)):
                event = self._make(data)
        self.apply(event)
        self.pending.append(event)
        return event

    def apply(self, event: Event) -> None:
        """Fold one event. Raises VersionGap when it is not the next one, UnknownType when nothing folds it."""
        if event.originator_version != self.version + 1:
            raise VersionGap(f"{self.id} is at version {self.version}: {event.originator_version} cannot follow")
        fold = self._folds.get(event.type)
        if fold is None:
            fold = self._folds[event.type] = self._find_fold(event.type)
        fold(self, event.data, event)
        self.version = event.originator_version

    def replay(self, events: Iterable[Event]) -> Self:
        """Fold events in order; the aggregate itself."""
        for event in events:
            self.apply(event)
        return self

    def on_other(self, data: Any, event: Event) -> None:
        """Called for types without a fold of their own. Override where such facts decide nothing."""
        raise UnknownType(f"{type(self).__name__} has no fold for {event.type}")

    def collect_events(self) -> list[Event]:
        """Take the pending events; the aggregate holds none afterwards."""
        pending, self.pending = self.pending, []
        return pending

    def _make(self, data: Data) -> Event:
        return Event.make(self.id, self.version + 1, data, source=self.source, clock=self.clock)

    @classmethod
    def _find_fold(cls, type_: str) -> Fold:
        kind, what = type_.split(".")[:2]
        return getattr(cls, "on_" + what.replace("-", "_"), cls.on_other) if kind == cls.KIND else cls.on_other
