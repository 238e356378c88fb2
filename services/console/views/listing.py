"""A list as pages show it: headings that sort, where this page stands, the pages beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.templating import link
from xianfeng.words import say

__all__ = ["Heading", "Listed", "listed"]


@dataclass(frozen=True)
class Heading:
    """A column; ``href`` sorts by it (again: the other way round), ``order`` is what ``aria-sort`` says."""

    name: str
    label: str
    href: str
    order: str


@dataclass(frozen=True)
class Listed:
    """A page of a list. ``asked`` are the conditions as the address has them; a past day is in ``asked_day``."""

    unit: Any
    path: tuple[Any, ...]
    day: str
    asked_day: str
    rule_set: str
    rows: Sequence[Any]
    total: int
    range: str
    headings: tuple[Heading, ...]
    asked: Mapping[str, str]
    start: str
    previous: str
    following: str
    demonstration: bool


def listed(
    answer: Any, place: Sequence[str], asked: Mapping[str, str], columns: Mapping[str, bool], words: str = "list"
) -> Listed:
    """Make the view of coverage's answer.

    ``place`` is the path of the page's address, ``asked`` its query without the token; ``columns``: name → sortable;
    they are called by the catalogue's ``console.<words>.<name>``.
    """

    def turn(token: str) -> str:
        return link(*place, **asked, at=token) if token else ""

    return Listed(
        unit=answer.path[-1],
        path=tuple(answer.path),
        day=answer.day,
        asked_day=asked.get("day", ""),
        rule_set=answer.basis.rule_set,
        rows=answer.rows,
        total=answer.total,
        range=_range(answer),
        headings=tuple(
            _heading(name, say(f"console.{words}.{name}"), place, asked if sortable else None)
            for name, sortable in columns.items()
        ),
        asked=asked,
        start=link(*place, **asked) if answer.before else "",
        previous=turn(answer.previous_page_token),
        following=turn(answer.next_page_token),
        demonstration=answer.basis.demonstration,
    )


def _range(answer: Any) -> str:
    """Which rows of how many; empty where all are on this page."""
    if len(answer.rows) == answer.total:
        return ""
    return say("console.list.range", first=f"{answer.before + 1:,}", last=f"{answer.before + len(answer.rows):,}")


def _heading(name: str, label: str, place: Sequence[str], asked: Mapping[str, str] | None) -> Heading:
    """``asked``: None for a column that does not sort."""
    if asked is None:
        return Heading(name, label, "", "")
    now = asked.get("sort", "") or "name"
    order = {name: "ascending", f"-{name}": "descending"}.get(now, "none")
    turned = f"-{name}" if now == name else name
    return Heading(name, label, link(*place, **{**asked, "sort": turned}), order)
