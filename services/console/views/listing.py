"""A list as pages show it: headings that sort, where this page stands, the pages beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.console.templating import link
from services.console.when import When
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
    """A page of a list. ``asked`` is what the address has: the conditions, the day and the knowledge."""

    unit: Any
    path: tuple[Any, ...]
    day: str
    when: When
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


def listed(  # noqa: PLR0917 - an answer, and what it is an answer to
    answer: Any, place: Sequence[str], chosen: Mapping[str, str], when: When, columns: Mapping[str, bool],
    words: str = "list",
) -> Listed:  # fmt: skip
    """Make the view of coverage's answer.

    ``place`` is the path of the page's address, ``chosen`` the conditions in its query; ``columns``: name → sortable;
    they are called by the catalogue's ``console.<words>.<name>``.
    """
    asked = {**chosen, **when.query}

    def turn(token: str) -> str:
        return link(*place, **asked, at=token) if token else ""

    return Listed(
        unit=answer.path[-1],
        path=tuple(answer.path),
        day=answer.day,
        when=when,
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
