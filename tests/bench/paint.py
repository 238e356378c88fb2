"""How soon a reader sees the overview of a province, in Chromium with an empty cache."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from playwright.sync_api import Browser

from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.bench.province import append_events
from tests.e2e.browser import DESK, Visitor, chromium
from tests.e2e.page import Page

__all__ = ["measure"]

TIMES = 9
PAGES = {"overview": "/units/410000", "list": "/units/410000/enterprises"}
PAINTED = "performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)[0]"


def measure() -> Iterator[Figure]:
    """Each time with another profile of the browser."""
    with Place() as place, chromium() as browser:
        append_events(place.settings.dsn("registry"), 10_000)
        place.office.settle(seconds=120)
        page = Page(place.settings)
        cookie, address = page.cookie, str(page.client.base_url)
        page.close()
        for name, path in PAGES.items():
            painted = [_painted(browser, address, cookie, path) for _ in range(TIMES)]
            how = f"first contentful paint, empty cache, median of {TIMES}, slowest {max(painted):.0f} ms"
            yield Figure(f"{name}: first paint", statistics.median(painted), "ms", ("<=", 300), how)


def _painted(browser: Browser, address: str, cookie: str, path: str) -> float:
    """Milliseconds from the beginning of the navigation."""
    visitor = Visitor(browser, address, DESK)
    visitor.bear(cookie)
    visitor.page.goto(path)
    painted = 0.0
    while not painted:
        # In steps of its own: the pages' policy forbids the browser to evaluate a condition again and again.
        visitor.page.wait_for_timeout(20)
        painted = float(visitor.page.evaluate(PAINTED) or 0)
    visitor.close()
    return painted
