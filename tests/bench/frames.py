"""From a committed event to the frame that a page receives, at 200 events a second."""

from __future__ import annotations

import re
import statistics
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from tests.bench.figure import Figure, p99
from tests.bench.place import Place
from tests.e2e.office import codes
from tests.e2e.page import Page

__all__ = ["measure"]

RATE, SECONDS, SENDERS = 200, 22, 4
WARM_UP = 2
"""Seconds that are not counted: the first watcher of a unit, the first plan of each query."""
UNIT = "410802"
_REGISTERED = re.compile(r"登记([0-9,]+)家")


def measure() -> Iterator[Figure]:
    """Each command registers one enterprise; a frame that says n registered shows the first n of them."""
    with Place() as place:
        frames = Frames(Page(place.settings))
        frames.start()
        committed = _send(place)
        frames.wait_for(len(committed))
        delays = frames.delays(committed)[RATE * WARM_UP :]
    how = f"{len(delays):,} events at {RATE} a second, from the command's answer to the frame at the reader"
    yield Figure("event committed → frame, median", statistics.median(delays) * 1000, "ms", ("<=", 100), how)
    yield Figure("event committed → frame, p99", p99(delays), "ms", ("<=", 300), how)


def _send(place: Place) -> list[float]:
    """Send at a steady rate; the instants of the answers, in order."""
    wanted = list(islice(codes(11), RATE * SECONDS))
    began, answers, lock = time.perf_counter() + 0.5, [], threading.Lock()

    def sender(offset: int) -> None:
        for n in range(offset, len(wanted), SENDERS):
            time.sleep(max(0.0, began + n / RATE - time.perf_counter()))
            place.office.do("RegisterEnterprise", code=wanted[n], name=f"快讯{n}物业服务有限公司", unit=UNIT)
            with lock:
                answers.append(time.perf_counter())

    threads = [threading.Thread(target=sender, args=(n,)) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


class Frames(threading.Thread):
    """Reads the event stream of a unit's page and notes when each number of registered enterprises was first seen."""

    def __init__(self, page: Page) -> None:
        super().__init__(daemon=True)
        self.page = page
        self.seen: list[tuple[int, float]] = []

    def run(self) -> None:
        with self.page.client.stream("GET", f"/units/{UNIT}/events", timeout=None) as stream:
            for line in stream.iter_lines():
                if found := _REGISTERED.search(line):
                    self.seen.append((int(found[1].replace(",", "")), time.perf_counter()))

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 60
        while not self.seen or self.seen[-1][0] < count:
            assert time.monotonic() < deadline, f"{count} registered enterprises were not shown"
            time.sleep(0.01)

    def delays(self, committed: list[float]) -> list[float]:
        numbers = [n for n, _ in self.seen]
        return [max(0.0, self.seen[bisect_left(numbers, n)][1] - at) for n, at in enumerate(committed, 1)]
