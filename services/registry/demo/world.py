"""The world that the story moves: its clock, chance and agenda, and what has been decided and not yet stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from services.registry.demo.names import Names, codes
from services.registry.demo.places import Province
from services.registry.demo.plan import SOURCE, START, Plan
from services.registry.domain.base import DatedAggregate
from xianfeng.clock import SHANGHAI, ManualClock
from xianfeng.event import Act, Event, acting, derived_id, subject_id

__all__ = ["Person", "Told", "World", "workday"]

A = TypeVar("A", bound=DatedAggregate)
Task = tuple[Callable[..., None], tuple[Any, ...]]
_OPENS = time(9, tzinfo=SHANGHAI)
_STEP = timedelta(seconds=3)


class Person(NamedTuple):
    """A role holder: `subject` is the adviser or organisation."""

    subject: str
    name: str


@dataclass
class Told:
    """What some days brought, in order: events, and the rows that the commands would have written beside them."""

    events: list[Event] = field(default_factory=list)
    links: dict[tuple[str, str], None] = field(default_factory=dict)
    claims: dict[tuple[str, str], str | None] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    ended: dict[str, date] = field(default_factory=dict)
    erased: list[str] = field(default_factory=list)

    def add(self, later: Told) -> None:
        """Take over what later days brought."""
        self.events += later.events
        self.links |= later.links
        self.claims |= later.claims
        self.people |= later.people
        self.ended |= later.ended
        self.erased += later.erased


class World:
    """`recorded`: ids of events that an interrupted fill has stored already, by subject and version."""

    def __init__(self, plan: Plan, province: Province, recorded: Mapping[tuple[str, int], str] | None = None) -> None:
        self.plan = plan
        self.province = province
        self.chance = Random(plan.seed)
        self.names = Names(self.chance)
        self.codes = codes(plan.seed)
        self.day = START
        self.clock = ManualClock(datetime.combine(START, _OPENS))
        self.told = Told()
        self._events: list[Event] = []
        self._recorded = recorded or {}
        self._agenda: dict[date, list[Task]] = defaultdict(list)
        self._made = 0

    @property
    def scale(self) -> float:
        """Of what goes with the number of enterprises; 1 for the province at its full size."""
        return self.plan.enterprises / 7_000

    def begin(self, day: date) -> None:
        self.day = day
        self.clock.set(datetime.combine(day, _OPENS))

    def take_told(self) -> Told:
        """What was decided since the last time."""
        told, self.told = self.told, Told()
        told.events = self._events[:]
        self._events.clear()
        return told

    def new(self, kind: type[A], *parts: str) -> A:
        """A new subject; its id follows from the seed."""
        self._made += 1
        aggregate = kind(subject_id(kind.PREFIX, *(parts or ("demo", str(self.plan.seed), str(self._made)))))
        return self.adopt(aggregate)

    def adopt(self, aggregate: A) -> A:
        """From now on the world's clock, source and list of events are the aggregate's."""
        aggregate.clock, aggregate.source, aggregate.pending = self.clock, SOURCE, self._events
        return aggregate

    @contextmanager
    def acts(self, office: str, on: date | None = None) -> Iterator[None]:
        """What is decided inside was said by the office with this unit code; true from `on`, by default the day."""
        self._made += 1
        self.clock.instant += _STEP
        correlation = derived_id("demo", str(self.plan.seed), str(self._made))
        with acting(Act(f"demo:{office}", correlation, effective=on or self.day)):
            yield

    def later(self, days: int, task: Callable[..., None], *what: Any) -> None:
        """Do this so many days from now, on the next working day."""
        self.on(self.day + timedelta(days=days), task, *what)

    def on(self, day: date, task: Callable[..., None], *what: Any) -> None:
        """Do this on a day to come, on a working day."""
        self._agenda[workday(max(day, self.day + timedelta(days=1)))].append((task, what))

    def on_the_day(self, day: date, task: Callable[..., None], *what: Any) -> None:
        """Do this on that very day to come: what happens by itself keeps no office hours."""
        self._agenda[day].append((task, what))

    def has_plans(self, day: date) -> bool:
        return day in self._agenda

    def run_agenda(self) -> None:
        for task, what in self._agenda.pop(self.day, ()):
            task(*what)

    def link(self, target: str, subject: str) -> None:
        """As the commands do: this subject has named that organisation or adviser."""
        self.told.links[target, subject] = None

    def claim(self, kind: str, key: str, subject: str | None) -> None:
        """The key is held by the subject; None frees it."""
        self.told.claims[kind, key] = subject

    def new_holder(self, role: str) -> str:
        """An id for an invented person in this role."""
        holder = f"hld-{UUID(int=self.chance.getrandbits(128), version=4)}"
        self.told.people[holder] = Person(role, self.names.person())
        return holder

    def last_event(self) -> Event:
        """The event decided last, with the id under which it is, or will be, stored."""
        event = self._events[-1]
        known = self._recorded.get((event.originator_id, event.originator_version))
        return event if known is None else replace(event, id=known)

    def between(self, low: int, high: int) -> int:
        """A number of days from low up to and including high."""
        return self.chance.randint(low, high)

    def happens(self, probability: float) -> bool:
        return self.chance.random() < probability


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend: offices rest."""
    return day + timedelta(days=max(7 - day.weekday(), 0)) if day.weekday() > 4 else day
