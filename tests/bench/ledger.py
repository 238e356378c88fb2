"""A ledger of 10,000 rows: exported, changed in every row, checked, and applied."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from services.registry.cli.ledger_calls import Meant, apply, check, export
from services.registry.ledger.file import read_ledger
from services.registry.ledger.own import columns
from services.registry.ledger.review import Review
from services.registry.ledger.words import heading
from services.registry.ledger.workbook import write_ledger
from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.bench.province import EVENTS_EACH, append_events

__all__ = ["measure"]

ROWS = 10_000
UNIT = "410000"


def measure() -> Iterator[Figure]:
    """From the file on disk to the last answer, over gRPC, in a process of its own as the command line is one."""
    with Place() as place:
        append_events(place.settings.dsn("registry"), ROWS)
        listed = place.office.query
        place.office.until(lambda: int(listed("ListEnterprises", unit=UNIT, page_size=1)["total"]) >= ROWS, "list", 300)
        path = place.data / "ledger.xlsx"
        exporting = _export(place, path)
        checking, review = _check(place, path)
        began = time.perf_counter()
        review.take(apply(place.office.registry, _meant(review), review.changing, lambda _: None))
        applying = time.perf_counter() - began
        assert not review.rejected, review.rejected[0].rejects
        assert review.events >= ROWS
    how = f"{ROWS:,} rows of {len(columns())} columns, {EVENTS_EACH} events each; exported in {exporting:.1f} s"
    yield Figure("ledger checked: file to last answer", checking, "s", ("<=", 10), how)
    yield Figure("ledger applied", applying, "s", ("<=", 5), f"{review.events:,} events by the ordinary commands")


def _export(place: Place, path: Path) -> float:
    names = [column.name for column in columns()]
    formal, union = names.index(heading("formal")), names.index(heading("union"))
    began = time.perf_counter()
    found = export(place.office.registry, UNIT)
    for row in found.rows:
        row[formal] = str(int(row[formal] or 0) + 1)
        row[union] = "无" if row[union] else "有"
    write_ledger(path, found.path, found.day, found.rows)
    return time.perf_counter() - began


def _check(place: Place, path: Path) -> tuple[float, Review]:
    began = time.perf_counter()
    review = Review(read_ledger(path, None))
    review.take(check(place.office.registry, _meant(review), review.to_check, lambda _: None))
    review.settle_repeats()
    took = time.perf_counter() - began
    assert len(review.changing) == ROWS, (len(review.changing), len(review.rejected))
    return took, review


def _meant(review: Review) -> Meant:
    return Meant(UNIT, "", review.file.hash, "")
