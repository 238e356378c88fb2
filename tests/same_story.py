"""`python -m tests.same_story DIRECTORY DIRECTORY`: do the registries of two running installations tell the same?

Every event of both logs, in their order, but for ids and recorded times (`tests.fixtures.told`) and the installations'
own accounts. Prints how many there are, of which types, and the first that differ; the exit code is 1 when any does.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import psycopg

from tests.fixtures.told import ACCOUNTS, Told, apart, told
from xianfeng.settings import Settings

__all__ = ["main"]

SHOWN = 10


def main(one: str, other: str) -> int:
    with _registry(one) as here, _registry(other) as there:
        types = Counter[str]()
        found = apart(_counted(told(here, ACCOUNTS), types), told(there, ACCOUNTS))
        shown = list(islice(found, SHOWN))
        differ = len(shown) + sum(1 for _ in found)
    for name, count in sorted(types.items()):
        print(f"{count:>8,}  {name}")
    for place, *both in shown:
        for event in both:
            print(f"{place}: {json.dumps(event, ensure_ascii=False)}", file=sys.stderr)
    print(f"{types.total():,} events, {differ:,} differ")
    return int(differ > 0)


def _registry(data_dir: str) -> psycopg.Connection[Any]:
    settings = Settings.load({"XIANFENG_DATA_DIR": data_dir}, create=False)
    return psycopg.connect(settings.dsn("registry"), autocommit=True)


def _counted(events: Iterator[Told], types: Counter[str]) -> Iterator[Told]:
    for event in events:
        types[event["type"]] += 1
        yield event


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
