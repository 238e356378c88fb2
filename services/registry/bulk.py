"""Many decided events at once: the units at the first start, large imports, trials of speed.

No command and no rule looks at them: the caller has decided. What is there already is skipped, so an import that
was interrupted goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from psycopg import Connection

from services.registry.events import SOURCE
from services.registry.events.enterprise import EnterpriseRegistered
from xianfeng.clock import Clock
from xianfeng.event import Act, Data, Event, acting, derived_id, subject_id
from xianfeng.store import bulk

__all__ = ["CHUNK", "NewEnterprise", "Planned", "claim_many", "import_events", "register_many"]

CHUNK = 2_000
"""Events a transaction beside commands: each holds the log's lock for milliseconds."""

T = TypeVar("T")


class Planned(NamedTuple):
    """An event to be: its subject and version, what it says, and the day from which that is true."""

    subject: str
    version: int
    data: Data
    effective: date


class NewEnterprise(NamedTuple):
    """An enterprise as a list has it. `unit` is a subject."""

    code: str
    name: str
    unit: str
    effective: date


def import_events(
    connection: Connection[Any], planned: Iterable[Planned], *, actor: str, clock: Clock, source: str = SOURCE,
    chunk: int = CHUNK,
) -> int:  # fmt: skip
    """Append the events in this order, a chunk a transaction; how many were new. `connection` in autocommit mode.

    Raises psycopg.errors.UniqueViolation when commands wrote to the same subjects meanwhile: begin again.
    """
    correlation, written = derived_id("import", actor, clock.now().isoformat()), 0
    for part in _chunks(planned, chunk):
        stored = _stored(connection, {item.subject for item in part})
        fresh = [item for item in part if item.version > stored.get(item.subject, 0)]
        bulk.append(connection, "registry", [_event(item, actor, correlation, source, clock) for item in fresh])
        written += len(fresh)
    return written


def claim_many(connection: Connection[Any], kind: str, keys: Mapping[str, str]) -> None:
    """Let each key be held by its subject, unless it is held already."""
    connection.execute(
        "insert into claim (kind, key, subject) select %s, key, subject from unnest(%s::text[], %s::text[])"
        " as given (key, subject) on conflict do nothing",
        (kind, list(keys), list(keys.values())),
    )


def register_many(
    connection: Connection[Any], enterprises: Iterable[NewEnterprise], *, actor: str, clock: Clock
) -> dict[str, str]:
    """Register enterprises whose codes were checked; code → subject."""
    subjects: dict[str, str] = {}

    def plan() -> Iterator[Planned]:
        for row in enterprises:
            subject = subjects[row.code] = subject_id("ent", row.code)
            data = EnterpriseRegistered(code=row.code, name=row.name, unit=row.unit)
            yield Planned(subject, 1, data, row.effective)

    import_events(connection, plan(), actor=actor, clock=clock)
    claim_many(connection, "code", subjects)
    return subjects


def _event(item: Planned, actor: str, correlation: str, source: str, clock: Clock) -> Event:
    with acting(Act(actor, correlation, effective=item.effective)):
        return Event.make(item.subject, item.version, item.data, source=source, clock=clock)


def _stored(connection: Connection[Any], subjects: set[str]) -> dict[str, int]:
    rows = connection.execute(
        "select originator_id, max(originator_version) from registry_events where originator_id = any(%s) group by 1",
        (list(subjects),),
    )
    return {subject: int(version) for subject, version in rows}


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
