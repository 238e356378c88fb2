"""`docs/pages.md`: who is shown what, as the tour found it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from tests.e2e.tour.people import PLACES, ROLES
from tests.e2e.tour.stop import HOME, SIBLING, Stop
from tests.e2e.tour.walking import Got
from xianfeng.words import say

__all__ = ["PATH", "document", "mark"]

PATH = "docs/pages.md"
SHOWN, REFUSED, UNKNOWN, NOT_NOW = "显示", "拒绝", "不存在", "不适用"
MARKS = {200: SHOWN, 401: REFUSED, 403: REFUSED, 404: UNKNOWN, 409: NOT_NOW, 422: NOT_NOW}
_UNIT = re.compile(r"unit-[0-9a-f-]{36}")
_HEAD = """# Pages by role

Made by the tour (`tests/e2e/tour`), which asks for every address of the console as every role; a test fails when this
table is not what it found. `XIANFENG_TOUR=write .venv/bin/python -m pytest tests/e2e/tour` makes it again, with the pictures.

显示 = shown · 拒绝 = refused, with the reason · 不存在 = said to be unknown · 不适用 = not in this state ·
→ = led on to another page of the account's own · empty = not asked: a PDF has the address of its print, and from next door
forms are asked for by one office and one firm.
"""
_PLACES = {
    HOME: """## At its own unit

The account's unit is the county of the pages (for 街道 and 社区: the street); the enterprise's account is that of the enterprise shown.
""",
    SIBLING: """## From a sibling unit

The same addresses, asked for by an account of the county (street) next door, which is a working unit (协同单位) of one
enterprise and has no other part in them; the enterprise's account is that of another firm of the street.
""",
}


def document(stops: Sequence[Stop], gots: Mapping[tuple[str, str, str], Got]) -> str:
    """The whole page: a table for each place, a row for each stop."""
    tables = [f"{_PLACES[place]}\n{_table(stops, gots, place)}" for place in PLACES]
    return "\n".join([_HEAD, *tables])


def mark(got: Got | None) -> str:
    """One cell; empty where nobody asked. Raises KeyError for an answer that no page may give."""
    if got is None:
        return ""
    return f"→ `{_UNIT.sub('{unit}', got.place.partition('?')[0])}`" if got.place else MARKS[got.status]


def _table(stops: Iterable[Stop], gots: Mapping[tuple[str, str, str], Got], place: str) -> str:
    heads = ["页面", "地址", *(say(f"registry.value.{role}") for role in ROLES)]
    rows = [
        [stop.title, f"`{stop.shown_route}`", *(mark(gots.get((stop.name, role, place))) for role in ROLES)]
        for stop in stops
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in (heads, ["---"] * len(heads), *rows))
