"""How quickly the demonstration fills a store, and its figures beside the published ones.

`python -m tests.bench.demonstration` writes both to docs/demonstration.md.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import psutil
import psycopg

from services.registry.demo.plan import ROOT
from services.registry.events import CATALOGUE
from tests.bench.figure import Figure, machine
from tests.bench.place import Place
from tests.fixtures.installation import PROJECT

__all__ = ["measure"]

PUBLISHED_ON = date(2022, 3, 31)
PAGE = PROJECT / "docs" / "demonstration.md"
_COUNTED = """
select originator_id, state from registry_events
 where topic in ('enterprise.registered.v1', 'enterprise.members-counted.v1') order by notification_id
"""
_SEATS = """
select convert_from(state, 'UTF8')::jsonb->'data'->>'unit' from registry_events
 where topic = 'committee.formed.v1' and (convert_from(state, 'UTF8')::jsonb->>'effective')::date <= %s
"""


@dataclass(frozen=True)
class Filled:
    """`memory`: the most that the filling process held, in MB."""

    events: int
    seconds: float
    memory: float


def measure() -> Iterator[Figure]:
    """Fill an empty store of a running installation."""
    with Place() as place:
        yield from _figures(_fill(place))


def _figures(filled: Filled) -> list[Figure]:
    how = f"{filled.events:,} events from July 2021 on, every service running"
    return [
        Figure("demonstration: events stored", filled.events, "", (">=", 200_000), how),
        Figure("demonstration: an empty store filled", filled.seconds, "s", ("<=", 60), how),
        Figure("demonstration: memory of the filling process", filled.memory, "MB", ("<=", 500), "its most, RSS"),
    ]


def _fill(place: Place) -> Filled:
    began, most = time.perf_counter(), 0.0
    process = psutil.Popen(
        [sys.executable, "-m", "xianfeng.cli.app", "demo"],
        env=place.installation.environ,
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None:
        try:
            most = max(most, process.memory_info().rss / 2**20)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.1)
    assert process.wait() == 0
    seconds = time.perf_counter() - began
    with psycopg.connect(place.settings.dsn("registry")) as conn:
        row = conn.execute("select count(*) from registry_events where topic !~ '^(unit|account)'").fetchone()
    assert row is not None
    return Filled(int(row[0]), seconds, most)


def _compared(place: Place) -> list[tuple[str, int, int]]:
    """Name, published, demonstration: each as of the published day."""
    figures = place.office.ask("Figures", unit=ROOT, day=PUBLISHED_ON)["figures"]
    rates = {rate["name"]: int(rate["numerator"]) for rate in figures["rates"]}
    with psycopg.connect(place.settings.dsn("registry")) as conn:
        seats = Counter(len(_path(place, unit)) for (unit,) in conn.execute(_SEATS, (PUBLISHED_ON,)))
        members = _members(conn)
    return [
        ("cities with an industry committee (济源 included)", 18, sum(n for depth, n in seats.items() if depth == 3)),
        ("counties with an industry committee", 86, sum(n for depth, n in seats.items() if depth == 4)),
        ("enterprises with an organisation", 1_104, rates["R1"]),
        ("projects with an organisation", 18_510, rates["R6"]),
        ("formal members, as confirmed", 16_800, members),
    ]


def _path(place: Place, unit: str) -> list[Any]:
    return list(place.office.ask("Overview", unit=unit)["path"])


def _members(conn: psycopg.Connection[Any]) -> int:
    enterprises: dict[str, dict[date, int]] = {}
    for subject, state in conn.execute(_COUNTED):
        event = CATALOGUE.load(bytes(state))
        formal = getattr(event.data, "formal", None)
        if event.effective <= PUBLISHED_ON and formal is not None:
            enterprises.setdefault(subject, {})[event.effective] = formal
    return sum(counts[max(counts)] for counts in enterprises.values())


def _today(place: Place) -> dict[str, Any]:
    return dict(place.office.ask("Figures", unit=ROOT)["figures"])


def _page(place: Place, filled: Filled) -> str:
    compared, today = _compared(place), _today(place)
    rows = [f"| {name} | {there:,} | {here:,} | {here / there - 1:+.1%} |" for name, there, here in compared]
    rates = [
        f"| {r['name']} {r['label']} | {r['shown']} | {int(r['numerator']):,} / {int(r['denominator']):,} |"
        for r in today["rates"]
    ]
    return "\n".join(
        [
            _HEAD, f"## Beside the published figures of {PUBLISHED_ON}", "",
            "| figure | published | demonstration (seed 1) | |", "|---|---|---|---|", *rows, "",
            f"## On {today['day']}", "", "| rate | | |", "|---|---|---|", *rates, "", "## How quickly", "",
            "| figure | measured | target | | how |", "|---|---|---|---|---|",
            *(figure.row() for figure in _figures(filled)), "",
            f"Made by `python -m tests.bench.demonstration` on {datetime.now(UTC):%Y-%m-%d}: {machine()}.", "",
        ]
    )  # fmt: skip


_HEAD = """# Demonstration

`xianfeng demo` lives through an invented province from 2021-07-08 to yesterday: the real division tree of Henan, 7,000
enterprises, 20,000 projects, their organisations, advisers, filings and corrections. Each day's facts are decided by
the same aggregates that decide commands, under a clock that is moved on day by day, and stored by the bulk path with
source `/registry/demo`. No enterprise, project or person is real: names bear 演示, and the credit codes' registering
authority (419900) does not exist. Equal seeds make equal events but for ids and recorded times:
`python -m tests.same_story DIRECTORY DIRECTORY` compares the logs of two running installations event by event.

`xianfeng up` fills an empty store with it (`--no-demo`, or `XIANFENG_DEMO=off`, leaves it empty; the choice is kept).
An interrupted fill is completed by the same command. It refuses a store that holds other enterprises. Before the first
fact stands `unit.demonstration-filled.v1`, and from then on every page, table and answer says 演示数据.
`xianfeng demo --live 20` goes on with 20 commands a second.
"""


def main() -> None:
    with Place() as place:
        filled = _fill(place)
        place.office.settle(seconds=600)
        page = _page(place, filled)
    PAGE.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
