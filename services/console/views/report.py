"""A monthly report as a page shows it: figures, lists with their causes, layouts with grouped heads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from services.console.views.compared import signed
from services.console.views.labels import DUTIES, STATUSES, label
from xianfeng.words import say

__all__ = [
    "LISTS", "Asked", "Figure", "Heading", "ListShown", "asked_for", "compared", "comparison_lists", "figures",
    "headings", "lists", "seen",
]  # fmt: skip

LISTS = ("added", "removed", "moved_in", "moved_out", "changed")
COMPARED = ("added", "removed", "changed")
PLAIN = ("registered", "enterprises")
BELOW = ("out_of_scope", "inactive")
PROJECTS = ("projects_served", "projects_covered")


@dataclass(frozen=True)
class Figure:
    """One row: this month, last month, last year (None: the unit did not exist), and the difference to last month.

    Of two editions: the newer, the older, and the difference.
    """

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
class Asked:
    """A change that 变化说明 is asked for, in words; `edition` is that of last month that said otherwise, or 0."""

    text: str
    edition: int


@dataclass(frozen=True)
class Heading:
    """A group of columns with its names; a column without a group has the empty one and spans both rows."""

    group: str
    names: tuple[str, ...]


def figures(report: Any) -> list[Figure]:
    """This month's beside last month's and last year's."""
    earlier = (getattr(report, name) if report.HasField(name) else None for name in ("before", "year_before"))
    return _rows((report.figures, *earlier))


def compared(older: Any, newer: Any) -> list[Figure]:
    """The figures of two editions: the newer one's first, as in a report."""
    return _rows((newer.figures, older.figures))


def lists(report: Any) -> list[ListShown]:
    """The five lists, empty ones too: nothing new is also said."""
    return [_list(report, name, f"reports.list.{name}") for name in LISTS]


def comparison_lists(comparison: Any) -> list[ListShown]:
    """The enterprises that make the difference of two editions."""
    return [_list(comparison, name, f"reports.compared.{name}") for name in COMPARED]


def asked_for(changes: Iterable[Any]) -> list[Asked]:
    """What must be explained, each in a sentence with both numbers."""
    return [Asked(_sentence(one), one.edition) for one in changes]


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


def _rows(columns: Sequence[Any]) -> list[Figure]:
    """Headline counts, statuses, duties, projects, rates."""
    rows = [_counted(say(f"reports.figure.{name}"), _plain(columns, name)) for name in PLAIN]
    rows += [_counted(label("status", name), _of(columns, "by_status", name)) for name in (*STATUSES, *BELOW)]
    rows += [_counted(label("duty", name), _of(columns, "by_duty", name)) for name in DUTIES]
    rows += [_counted(say(f"reports.figure.{name}"), _plain(columns, name)) for name in PROJECTS]
    for place, rate in enumerate(columns[0].rates):
        shown = tuple(_rate(one.rates[place]) if one else None for one in columns)
        rows.append(Figure(f"{rate.name} {rate.label}", shown, ""))
    return rows


def _plain(columns: Sequence[Any], name: str) -> list[int | None]:
    return [one and getattr(one, name) for one in columns]


def _list(source: Any, name: str, key: str) -> ListShown:
    return ListShown(name, say(key), [_changed(source, one) for one in getattr(source, name)])


def _sentence(one: Any) -> str:
    values = {"figure": one.label, "before": one.before, "now": one.now, "difference": f"{one.now - one.before:+,}"}
    return say(f"console.reports.asked.{one.reason}", **values, edition=one.edition)


def _of(columns: Sequence[Any], field: str, name: str) -> list[int | None]:
    return [getattr(one, field).get(name, 0) if one else None for one in columns]


def _counted(text: str, values: list[Any]) -> Figure:
    now, before = values[0], values[1]
    shown = tuple(None if value is None else f"{value:,}" for value in values)
    return Figure(text, shown, "" if before is None else signed(now - before))


def _rate(rate: Any) -> str:
    return say("console.reports.rate", shown=rate.shown, numerator=rate.numerator, denominator=rate.denominator)


def _changed(source: Any, one: Any) -> Changed:
    def unit(place: int) -> str:
        return str(source.units[place].name) if place >= 0 else ""

    def standing(status: str, duty: str) -> str:
        return "，".join(label(kind, value) for kind, value in (("status", status), ("duty", duty)) if value)

    return Changed(
        one.code, one.name, say(f"reports.cause.{one.cause}"), standing(one.status_before, one.duty_before),
        standing(one.status, one.duty), unit(one.unit_before), unit(one.unit),
    )  # fmt: skip
