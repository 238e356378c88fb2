"""What the health page shows: processes, the bus, projections and what is kept aside. Never a payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.views.machine import Machine
from xianfeng.words import catalogue, say

__all__ = ["Health", "Process", "Projection", "Service", "health", "state_word"]

# Behind by more than this for longer than this is worth a look; an import alone is not.
LATE_SECONDS = 30.0


@dataclass(frozen=True)
class Process:
    name: str
    state: str
    pid: int
    restarts: int
    well: bool


@dataclass(frozen=True)
class Projection:
    """A line of the table; ``place`` is the furthest of all partitions, ``note`` says what is wrong."""

    name: str
    version: int
    build: int
    state: str
    place: int
    partitions: int
    business_date: str
    lag_events: int
    lag_seconds: float
    held: int
    dead_letters: int
    note: str

    @property
    def well(self) -> bool:
        return not self.note and not self.held and not self.dead_letters


@dataclass(frozen=True)
class Service:
    """A service that answered (``status`` set), or one that did not (``away`` says why)."""

    name: str
    status: Any
    projections: tuple[Projection, ...]
    relay_note: str
    away: str

    @property
    def label(self) -> str:
        return say(f"console.health.service-{self.name}")

    @property
    def well(self) -> bool:
        return not self.away and not self.relay_note and all(p.well for p in self.projections)


@dataclass(frozen=True)
class Health:
    processes: tuple[Process, ...]
    services: tuple[Service, ...]
    watched: int
    clients: int
    machine: Machine

    @property
    def well(self) -> bool:
        parts: tuple[Service | Process | Machine, ...] = (*self.services, *self.processes, self.machine)
        return all(part.well for part in parts)

    @property
    def dead_letters(self) -> int:
        return sum(p.dead_letters for s in self.services for p in s.projections)


def health(
    answers: Mapping[str, Any], away: Mapping[str, str], processes: Sequence[Process], machine: Machine, *,
    watched: int, clients: int,
) -> Health:  # fmt: skip
    """Make the view of each service's status, or of the reason why it did not answer."""
    services = [_service(name, answers.get(name), away.get(name, "")) for name in sorted({*answers, *away})]
    return Health(tuple(processes), tuple(services), watched, clients, machine)


def _service(name: str, status: Any, away: str) -> Service:
    if status is None:
        return Service(name, None, (), "", away)
    has_relay = status.HasField("relay")
    return Service(
        name=name,
        status=status,
        projections=tuple(_projection(p) for p in status.projections),
        relay_note=_note(status.relay.stuck, status.relay.lag_seconds) if has_relay else "",
        away="",
    )


def _projection(p: Any) -> Projection:
    return Projection(
        name=p.name,
        version=p.version,
        build=p.build,
        state=state_word(p.state),
        place=max(p.positions.values(), default=0),
        partitions=len(p.positions),
        business_date=p.business_date,
        lag_events=p.lag_events,
        lag_seconds=p.lag_seconds,
        held=p.held,
        dead_letters=p.dead_letters,
        note=_note(p.stuck, p.lag_seconds),
    )


def state_word(state: str) -> str:
    """Name the state of a process or a projection; one of a newer version is shown as it is."""
    return catalogue().get(f"console.health.state.{state}", state)


def _note(stuck: str, lag_seconds: float) -> str:
    if stuck:
        return say("console.health.stuck", reason=stuck)
    return say("console.health.late", seconds=round(lag_seconds)) if lag_seconds > LATE_SECONDS else ""
