"""A province of 10,000 enterprises: how quickly its figures are answered, a second start, and memory at rest."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil

from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.bench.province import append_events

__all__ = ["measure"]

UNITS = ("410000", "410100", "410802", "")
ASKED = 50


def measure() -> Iterator[Figure]:
    """Figures of four units, from the nation to a county; then stop and start again."""
    with Place() as place:
        append_events(place.settings.dsn("registry"), 10_000)
        place.office.settle(seconds=120)
        slowest = max(_p95(place, unit) for unit in UNITS)
        yield Figure(
            "any unit's figures, 10,000 enterprises",
            slowest * 1000,
            "ms",
            ("<=", 20),
            f"the slowest of {len(UNITS)} units, p95 of {ASKED}, by gRPC",
        )
        place.installation.stop()
        began = time.perf_counter()
        place.installation.start()
        place.installation.until_healthy()
        yield Figure(
            "second start to healthy",
            time.perf_counter() - began,
            "s",
            ("<=", 6),
            "xianfeng up --detach until status says healthy",
        )
        yield Figure(
            "memory at rest", _rest(place) / 2**20, "MB", ("<=", 600), "sum of PSS of all processes, no reader"
        )


def _p95(place: Place, unit: str) -> float:
    taken = []
    for _ in range(ASKED):
        began = time.perf_counter()
        place.office.ask("Figures", unit=unit)
        taken.append(time.perf_counter() - began)
    return sorted(taken)[int(ASKED * 0.95)]


def _rest(place: Place) -> int:
    """PSS once nothing moves: no processor time to speak of in the last second."""
    processes = place.processes()
    deadline, busy = time.monotonic() + 60, 1.0
    while busy > 0.25 and time.monotonic() < deadline:
        before = sum(sum(p.cpu_times()[:2]) for p in processes)
        time.sleep(1)
        busy = sum(sum(p.cpu_times()[:2]) for p in processes) - before
    return sum(_pss(process) for process in place.processes())


def _pss(process: psutil.Process) -> int:
    return int(process.memory_full_info().pss)
