"""How quickly coverage is built again, and whether an event costs more when there are more of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.bench.province import EVENTS_EACH, append_events

__all__ = ["measure"]

RUNS = 5
_LOOK = 0.05
SMALL, LARGE = 200_000, 1_000_000


@dataclass(frozen=True)
class Run:
    seconds: float
    cpu: float
    """seconds of processor of all processes"""


def measure() -> Iterator[Figure]:
    """Rebuild over the small and the large log, RUNS times each."""
    runs = {size: _rebuilds(size) for size in (SMALL, LARGE)}
    rate = LARGE / statistics.median(run.seconds for run in runs[LARGE])
    yield Figure(
        "rebuild of coverage over 1,000,000 events", rate, "events/s", (">=", 100_000), f"median of {RUNS}, one process"
    )
    cost = {size: statistics.median(run.cpu for run in runs[size]) / size for size in runs}
    yield Figure(
        "CPU per event at 1,000,000 to that at 200,000", cost[LARGE] / cost[SMALL], "×", ("<=", 1.15),
        f"all processes, {cost[LARGE] * 1e6:.1f} and {cost[SMALL] * 1e6:.1f} µs, medians of {RUNS}",
    )  # fmt: skip


def _rebuilds(size: int) -> list[Run]:
    with Place() as place:
        append_events(place.settings.dsn("registry"), size // EVENTS_EACH)
        place.office.settle(seconds=900)
        place.until_quiet()
        return [_rebuild(place) for _ in range(RUNS)]


def _rebuild(place: Place) -> Run:
    used, began = place.cpu(), time.perf_counter()
    build = place.office.operate("coverage", "Rebuild", projection="coverage")["build"]
    _wait_for(place, int(build))
    return Run(time.perf_counter() - began, place.cpu() - used)


def _wait_for(place: Place, build: int) -> None:
    """Until the build serves. A connection of our own: asking the service fifty times a second would slow it down."""
    deadline = time.monotonic() + 300
    with psycopg.connect(place.settings.dsn("coverage"), autocommit=True) as conn:
        while not conn.execute(
            "select 1 from build where projection = 'coverage' and number = %s and state = 'serving'", (build,)
        ).fetchone():
            assert time.monotonic() < deadline, f"build {build} does not serve within 300 s"
            time.sleep(_LOOK)
