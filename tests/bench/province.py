"""A plain province for measurements: many enterprises, ten events each, spread over the years since the notice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

import psycopg

from services.registry.divisions import unit_id
from services.registry.events import SOURCE
from services.registry.events.enterprise import (
    EnterpriseAdviserAssigned,
    EnterpriseMassOrganisationFormed,
    EnterpriseMembersCounted,
    EnterpriseOrganisationJoined,
    EnterpriseRegistered,
    EnterpriseRegistryStatusChanged,
)
from tests.e2e.office import codes
from xianfeng.clock import SHANGHAI, ManualClock
from xianfeng.event import Act, Data, Event, acting, subject_id
from xianfeng.store.bulk import append

__all__ = ["EVENTS_EACH", "append_events", "events"]

EVENTS_EACH = 10
START, END = date(2021, 7, 8), date(2026, 6, 30)
COUNTIES = ("410102", "410103", "410105", "410202", "410302", "410402", "410502", "410602", "410702", "410802", "410811",
            "410902", "411002", "411102", "411202", "411302", "411402", "411502", "411602", "411702")  # fmt: skip


def events(enterprises: int, seed: int = 1) -> Iterator[Event]:
    """`enterprises` × EVENTS_EACH events in the order of their days; the same for a seed but for ids."""
    source = random.Random(seed)
    names = [(code, subject_id("ent", code)) for code in islice(codes(seed), enterprises)]
    units = [unit_id(code) for code in COUNTIES]
    clock = ManualClock(datetime.combine(START, time(9), SHANGHAI))
    step = (END - START) / EVENTS_EACH
    for version in range(1, EVENTS_EACH + 1):
        for n, (code, subject) in enumerate(names):
            if n % 1000 == 0:
                day = START + step * (version - 1) + (step * n) / enterprises
                clock.set(datetime.combine(day, time(9), SHANGHAI))
            with acting(Act("system:bench", "bench")):
                data = _fact(version, code, units[n % len(units)], clock.today(), source)
                yield Event.make(subject, version, data, source=f"{SOURCE}/demo", clock=clock)


def _fact(version: int, code: str, unit: str, today: date, source: random.Random) -> Data:
    if version == 1:
        return EnterpriseRegistered(code=code, name=f"基准{code[8:]}物业服务有限公司", unit=unit)
    if version == 4:
        until = today + timedelta(days=source.randrange(30, 700))
        return EnterpriseAdviserAssigned(adviser=subject_id("adv", code), kind="community", until=until)
    if version == 6 and source.random() < 0.3:
        return EnterpriseOrganisationJoined(organisation=subject_id("org", unit), form="joint")
    if version == 8 and source.random() < 0.2:
        return EnterpriseMassOrganisationFormed(kind="union")
    if version == 9 and source.random() < 0.1:
        return EnterpriseRegistryStatusChanged(registry_status="deregistered")
    counts = {name: source.choice((0, 0, 1, 2, 3, 5)) for name in ("formal", "probationary", "elsewhere")}
    return EnterpriseMembersCounted(**counts)


def append_events(dsn: str, enterprises: int, chunk: int = 20_000) -> int:
    """Write the province into registry's log; the number of events. Enterprises bear no claims: bench only reads."""
    source, written = events(enterprises), 0
    with psycopg.connect(dsn) as conn:
        while batch := list(islice(source, chunk)):
            append(conn, "registry", batch)
            conn.commit()
            written += len(batch)
    return written
