"""A ledger of 10,000 rows: exported, changed in every row, checked, and applied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from time import perf_counter

import psycopg

from services.registry.cli.ledger_calls import Meant, apply, check, export
from services.registry.divisions import unit_id
from services.registry.events import SOURCE
from services.registry.events.organisation import OrganisationOpened
from services.registry.ledger.file import read_ledger
from services.registry.ledger.own import columns
from services.registry.ledger.review import Review
from services.registry.ledger.words import heading
from services.registry.ledger.workbook import write_ledger
from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.bench.province import COUNTIES, EVENTS_EACH, START, append_events
from xianfeng.clock import SHANGHAI, ManualClock
from xianfeng.event import Act, Event, acting, subject_id
from xianfeng.store.bulk import append

__all__ = ["measure"]

ROWS = 10_000
UNIT = "410000"
UNION_EVERY = 5


def measure() -> Iterator[Figure]:
    """From the file on disk to the last answer, over gRPC, in a process of its own as the command line is one."""
    with Place() as place:
        append_events(place.settings.dsn("registry"), ROWS)
        _append_organisations(place.settings.dsn("registry"))
        listed = place.office.query
        place.office.until(lambda: int(listed("ListEnterprises", unit=UNIT, page_size=1)["total"]) >= ROWS, "list", 300)
        path = place.data / "ledger.xlsx"
        exporting = _export(place, path)
        checking, review = _check(place, path)
        began = perf_counter()
        review.take(apply(place.office.registry, _meant(review), review.changing, lambda _: None))
        applying = perf_counter() - began
        assert not review.rejected, review.rejected[0].rejects
        assert review.events >= ROWS
    how = f"{ROWS:,} rows of {len(columns())} columns, {EVENTS_EACH} events each; exported in {exporting:.1f} s"
    yield Figure("ledger checked: file to last answer", checking, "s", ("<=", 10), how)
    yield Figure("ledger applied", applying, "s", ("<=", 5), f"{review.events:,} events by the ordinary commands")


def _append_organisations(dsn: str) -> None:
    """The joint organisations that the province's enterprises belong to, one a county."""
    clock = ManualClock(datetime.combine(START, time(9), SHANGHAI))
    opened = []
    for unit in map(unit_id, COUNTIES):
        data = OrganisationOpened(name="基准联合党支部", form="joint", unit=unit)
        with acting(Act("system:bench", "bench")):
            opened.append(Event.make(subject_id("org", unit), 1, data, source=SOURCE, clock=clock))
    with psycopg.connect(dsn) as connection:
        append(connection, "registry", opened)


def _export(place: Place, path: Path) -> float:
    names = [column.name for column in columns()]
    formal, union = names.index(heading("formal")), names.index(heading("union"))
    began = perf_counter()
    found = export(place.office.registry, UNIT)
    for number, row in enumerate(found.rows):
        row[formal] = str(int(row[formal] or 0) + 1)
        if number % UNION_EVERY == 0:
            row[union] = "无" if row[union] else "有"
    write_ledger(path, found.path, found.day, found.rows)
    return perf_counter() - began


def _check(place: Place, path: Path) -> tuple[float, Review]:
    began = perf_counter()
    review = Review(read_ledger(path, None))
    review.take(check(place.office.registry, _meant(review), review.to_check, lambda _: None))
    review.settle_repeats()
    took = perf_counter() - began
    assert len(review.changing) == ROWS, (len(review.changing), len(review.rejected))
    return took, review


def _meant(review: Review) -> Meant:
    return Meant(UNIT, "", review.file.hash, "")
