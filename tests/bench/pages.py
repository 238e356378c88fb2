"""The console's pages over a province of 10,000 enterprises: overviews a second, at a steady rate, and lists."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice

import psutil

from services.console.session import COOKIE
from tests.bench.figure import Figure, p99
from tests.bench.place import Place
from tests.bench.province import append_events
from tests.e2e.office import codes
from tests.e2e.page import Page

__all__ = ["Processor", "changes", "measure"]

ENTERPRISES = 10_000
CITIES = [f"/units/{code}" for code in ("410000", "410100", "410300", "410700", "410800", "411300", "411700")]
COUNTIES = [f"/units/{code}" for code in ("410102", "410802", "410811", "411302", "411702")]
OVERVIEWS = [*CITIES, *COUNTIES]
LOADED, READERS = 3_000, 4
RATE, SECONDS, UPDATES = 50, 20, 2
CONDITIONS = ("", "?duty=join", "?duty=assign_adviser", "?status=none", "?overdue=1", "?filter=unsurveyed")
TEXTS = [f"?text={n}" for n in range(10, 80)]
"""Parts of names; each is in some hundred of them."""


def measure() -> Iterator[Figure]:
    """Warm overviews by processor time; overviews while figures change; lists with and without conditions."""
    with Place() as place:
        append_events(place.settings.dsn("registry"), ENTERPRISES)
        place.office.settle(seconds=120)
        reader = Reader(place)
        yield _loaded(place, reader)
        yield _steady(place, reader)
        yield _lists(reader)


class Reader:
    """Asks for pages over kept connections, one a thread, as a browser that is logged in."""

    def __init__(self, place: Place) -> None:
        page = Page(place.settings)
        self.address = page.client.base_url.netloc.decode()
        self.headers = {"Cookie": f"{COOKIE}={page.cookie}"}
        page.close()
        self._kept = threading.local()

    def get(self, path: str) -> bytes:
        try:
            answer = self._asked(path)
        except (http.client.RemoteDisconnected, BrokenPipeError):
            # The console closes what was idle for long.
            del self._kept.connection
            answer = self._asked(path)
        body: bytes = answer.read()
        assert answer.status == 200, (path, answer.status, body[:500])
        return body

    def _asked(self, path: str) -> http.client.HTTPResponse:
        if not hasattr(self._kept, "connection"):
            self._kept.connection = http.client.HTTPConnection(self.address, timeout=30)
        connection: http.client.HTTPConnection = self._kept.connection
        connection.request("GET", path, headers=self.headers)
        return connection.getresponse()

    def timed(self, path: str, due: float | None = None) -> float:
        """Seconds from when it was due (by default now) to the page's last byte."""
        began = time.perf_counter() if due is None else due
        self.get(path)
        return time.perf_counter() - began


def _loaded(place: Place, reader: Reader) -> Figure:
    for path in OVERVIEWS:
        reader.get(path)
    processor, began = Processor(place.processes), time.perf_counter()
    with ThreadPoolExecutor(READERS) as readers:
        sizes = list(readers.map(lambda path: len(reader.get(path)), _round(OVERVIEWS, LOADED)))
    spent, taken = processor.spent(), time.perf_counter() - began
    how = (
        f"{LOADED:,} pages of {sum(sizes) // LOADED / 1000:.0f} kB of {len(OVERVIEWS)} units, by processor time of all"
        f" processes; {LOADED / taken:,.0f} a second by the clock"
    )
    return Figure("overview pages a second a core", LOADED / spent, "", (">=", 300), how)


def _steady(place: Place, reader: Reader) -> Figure:
    """Each page is due at its time, whether those before it were answered or not."""
    began = time.perf_counter() + 0.5

    def one(n_path: tuple[int, str]) -> float:
        due = began + n_path[0] / RATE
        time.sleep(max(0.0, due - time.perf_counter()))
        return reader.timed(n_path[1], due)

    with changes(place, UPDATES, SECONDS), ThreadPoolExecutor(READERS * 4) as readers:
        taken = list(readers.map(one, enumerate(_round(OVERVIEWS, RATE * SECONDS))))
    how = (
        f"{len(taken):,} pages of {len(OVERVIEWS)} units at {RATE} a second, figures changing {UPDATES} times a second"
    )
    return Figure("overview at a steady rate, p99", p99(taken), "ms", ("<=", 50), how)


def _lists(reader: Reader) -> Figure:
    """Each list is asked for once, so that none is there already."""
    wanted = [f"{path}/enterprises{condition}" for path in CITIES for condition in CONDITIONS]
    wanted += [f"{CITIES[0]}/enterprises{text}" for text in TEXTS]
    reader.get(f"{CITIES[0]}/enterprises?text=warm")
    taken = list(map(reader.timed, wanted))
    how = f"{len(taken)} lists of a province of {ENTERPRISES:,} enterprises and its cities, each once"
    return Figure("list over 10,000 rows, p99", p99(taken), "ms", ("<=", 80), how)


@contextmanager
def changes(place: Place, rate: float, seconds: float) -> Iterator[list[float]]:
    """Register an enterprise so often while the block runs; the list grows by the instant of each answer."""
    answers: list[float] = []
    began = time.perf_counter()

    def change() -> None:
        for n, code in enumerate(islice(codes(41), int(rate * seconds))):
            time.sleep(max(0.0, began + n / rate - time.perf_counter()))
            place.office.do("RegisterEnterprise", code=code, name=f"变化{n}物业服务有限公司", unit="410802")
            answers.append(time.perf_counter())

    with ThreadPoolExecutor(1) as changing:
        done = changing.submit(change)
        yield answers
        done.result()


class Processor:
    """Seconds of processor time that processes use from now on; those that end meanwhile are left out."""

    def __init__(self, processes: Callable[[], Iterable[psutil.Process]]) -> None:
        self._processes = processes
        self._before = self._used()

    def spent(self) -> float:
        return sum(seconds - self._before.get(pid, 0.0) for pid, seconds in self._used().items())

    def _used(self) -> dict[int, float]:
        found = {}
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                found[process.pid] = float(sum(process.cpu_times()[:2]))
        return found


def _round(paths: Sequence[str], times: int) -> Iterator[str]:
    return islice(itertools.cycle(paths), times)
