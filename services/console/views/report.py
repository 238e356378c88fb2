"""A monthly report as a page shows it: figures, lists with their causes, layouts with grouped heads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from services.console.views.labels import DUTIES, STATUSES, label
from xianfeng.words import say

__all__ = ["LISTS", "Figure", "Heading", "ListShown", "figures", "headings", "lists", "seen"]

LISTS = ("added", "removed", "moved_in", "moved_out", "changed")
PLAIN = ("registered", "enterprises")
BELOW = ("out_of_scope", "inactive")
PROJECTS = ("projects_served", "projects_covered")


@dataclass(frozen=True)
class Figure:
    """One row: this month, last month, last year (None: the unit did not exist), and the difference to last month."""

    label: str
    values: tuple[str | None, ...]
    difference: str


@dataclass(frozen=True)
class Changed:
    code: str
    name: str
    cause: str
    before: str
    after: str
    unit_before: str
    unit: str


@dataclass(frozen=True)
class ListShown:
    name: str
    label: str
    rows: list[Changed]


@dataclass(frozen=True)
class Heading:
    """A group of columns with its names; a column without a group has the empty one and spans both rows."""

    group: str
    names: tuple[str, ...]


def figures(report: Any) -> list[Figure]:
    """Headline counts, statuses, duties, projects, rates."""
    three = (report.figures, *(getattr(report, n) if report.HasField(n) else None for n in ("before", "year_before")))
    rows = [_counted(say(f"reports.figure.{name}"), [one and getattr(one, name) for one in three]) for name in PLAIN]
    rows += [_counted(label("status", name), _of(three, "by_status", name)) for name in (*STATUSES, *BELOW)]
    rows += [_counted(label("duty", name), _of(three, "by_duty", name)) for name in DUTIES]
    rows += [
        _counted(say(f"reports.figure.{name}"), [one and getattr(one, name) for one in three]) for name in PROJECTS
    ]
    for place, rate in enumerate(report.figures.rates):
        shown = tuple(_rate(one.rates[place]) if one else None for one in three)
        rows.append(Figure(f"{rate.name} {rate.label}", shown, ""))
    return rows


def lists(report: Any) -> list[ListShown]:
    """The five lists, empty ones too: nothing new is also said."""
    return [
        ListShown(name, say(f"reports.list.{name}"), [_changed(report, one) for one in getattr(report, name)])
        for name in LISTS
    ]


def headings(layout: Any) -> list[Heading]:
    """The columns of a layout by their groups, in order."""
    pairs = [column.rpartition("/") for column in layout.columns]
    found = []
    for group, columns in groupby(pairs, key=lambda pair: pair[0]):
        names = tuple(name for _, _, name in columns)
        found += [Heading(group, names)] if group else [Heading("", (name,)) for name in names]
    return found


def seen(report: Any) -> str:
    """What was looked at, without when it was made: a report that was made again is the same when this is."""
    same = type(report)()
    same.CopyFrom(report)
    for field in ("made", "basis"):
        same.ClearField(field)
    return hashlib.sha256(same.SerializeToString(deterministic=True)).hexdigest()


def _of(three: tuple[Any, ...], field: str, name: str) -> list[int | None]:
    return [getattr(one, field).get(name, 0) if one else None for one in three]


def _counted(text: str, values: list[Any]) -> Figure:
    now, before = values[0], values[1]
    shown = tuple(None if value is None else f"{value:,}" for value in values)
    return Figure(text, shown, "" if before is None else f"{now - before:+,}" if now != before else "0")


def _rate(rate: Any) -> str:
    return say("console.reports.rate", shown=rate.shown, numerator=rate.numerator, denominator=rate.denominator)


def _changed(report: Any, one: Any) -> Changed:
    def unit(place: int) -> str:
        return str(report.units[place].name) if place >= 0 else ""

    def standing(status: str, duty: str) -> str:
        return "，".join(label(kind, value) for kind, value in (("status", status), ("duty", duty)) if value)

    return Changed(
        one.code, one.name, say(f"reports.cause.{one.cause}"), standing(one.status_before, one.duty_before),
        standing(one.status, one.duty), unit(one.unit_before), unit(one.unit),
    )  # fmt: skip
