"""Lists for auditors as tables: corrections and decisions with who and why, views and exports with how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.console.templating import link
from services.console.views.labels import actor
from xianfeng.words import catalogue, say

__all__ = ["Listed", "facts", "views"]

FACT_COLUMNS = ("recorded", "name", "fact", "shown", "effective", "account", "reason")
VIEW_COLUMNS = ("at", "account", "action", "what", "unit", "rows", "reason")


@dataclass(frozen=True)
class Cell:
    """`kind`: text, instant, day or number; `href` leads to what is named."""

    text: Any
    kind: str = "text"
    href: str = ""


@dataclass(frozen=True)
class Listed:
    """A table by its columns' names; `more` says that there are older ones."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: bool


def facts(matter: str, answer: Any) -> Listed:
    """Of registry's FactsResponse."""
    return Listed(matter, FACT_COLUMNS, tuple(map(_fact, answer.facts)), bool(answer.next_page_token))


def views(answer: Any) -> Listed:
    """Of registry's ViewsResponse."""
    return Listed("views", VIEW_COLUMNS, tuple(map(_view, answer.views)), bool(answer.next_page_token))


def _fact(fact: Any) -> tuple[Cell, ...]:
    href = link("enterprises", fact.subject) if fact.kind == "enterprise" else ""
    name = fact.name or say(f"console.audit.kind.{fact.kind}")
    return (
        Cell(fact.recorded, "instant"), Cell(name, href=href), Cell(fact.label), Cell(fact.shown),
        Cell(fact.effective, "day"),
        Cell(actor(fact.account)), Cell(fact.reason),
    )  # fmt: skip


def _view(view: Any) -> tuple[Cell, ...]:
    what = catalogue().get(f"console.audit.what.{view.what}", view.what)
    return (
        Cell(view.at, "instant"), Cell(actor(view.account)), Cell(say(f"console.audit.action.{view.action}")),
        Cell(what),
        Cell(view.unit.path or view.unit.name), Cell(view.rows, "number"), Cell(view.reason),
    )  # fmt: skip
