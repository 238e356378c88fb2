"""What the overview of a unit shows, made of coverage's answer; the page and each live frame are made of this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

from services.console.templating import link
from services.console.views.bars import Bar, bars, organised, percent
from services.console.views.behind import enterprises, projects, sides_of_rate
from services.console.views.labels import DUTIES, STATUSES, label
from services.console.when import PRESENT, When
from xianfeng.words import say

__all__ = ["Child", "Number", "Overview", "Rate", "overview"]


@dataclass(frozen=True)
class Number:
    """A figure by name, with the list behind it; ``id`` is where a live frame puts its new value."""

    id: str
    label: str
    value: int
    href: str = ""
    counter: str = "enterprises"


@dataclass(frozen=True)
class Rate:
    """A rate with what it divides; ``percent`` is 0–100, and 0 over a zero denominator."""

    name: str
    label: str
    shown: str
    percent: float
    numerator: int
    denominator: int
    numerator_label: str
    denominator_label: str
    numerator_href: str
    denominator_href: str
    apart: int
    apart_label: str
    apart_href: str


@dataclass(frozen=True)
class Child:
    """A row of the table of child units."""

    id: str
    name: str
    level: str
    href: str
    enterprises: Number
    rate: str
    bars: tuple[Bar, ...]
    must_form: Number
    overdue: Number
    duty: str


@dataclass(frozen=True)
class Overview:
    """Everything on the page."""

    unit: Any
    path: tuple[Any, ...]
    day: str
    when: When
    rule_set: str
    tree_date: str
    headline: tuple[Number, ...]
    rates: tuple[Rate, ...]
    beside: str
    beside_rates: str
    asides: tuple[Number, ...]
    statuses: tuple[Number, ...]
    duties: tuple[Number, ...]
    bars: tuple[Bar, ...]
    children: tuple[Child, ...]
    own: Number
    held: int
    registered: int
    unit_duty: str

    @property
    def shape(self) -> str:
        """Changes when rows come or go; numbers alone leave it as it is."""
        rows = [child.id for child in self.children] + [str(self.own.value > 0), str(self.registered > 0)]
        return f"{crc32(','.join(rows).encode()):x}"


def overview(answer: Any, when: When = PRESENT) -> Overview:
    """Make the view of an OverviewResponse."""
    figures, basis = answer.figures, answer.basis
    numbers = _Numbers(figures, when)
    return Overview(
        unit=figures.unit,
        path=tuple(answer.path),
        day=figures.day or basis.business_date,
        when=when,
        rule_set=basis.rule_set,
        tree_date=basis.tree_date,
        headline=_headline(numbers),
        rates=tuple(_rate(rate, numbers) for rate in figures.rates),
        beside=_beside(figures),
        beside_rates=_beside_rates(figures),
        asides=_asides(numbers),
        statuses=tuple(numbers.of_status(status) for status in STATUSES),
        duties=tuple(numbers.of_duty(duty) for duty in DUTIES),
        bars=bars("all", figures),
        children=tuple(_child(child, when) for child in answer.children),
        own=Number("c-own", say("console.overview.own"), answer.own, numbers.list(filter="own_level")),
        held=figures.held,
        registered=figures.registered,
        unit_duty=_unit_duty(figures),
    )


class _Numbers:
    """Makes the numbers of one unit, each with the address of its list."""

    def __init__(self, figures: Any, when: When) -> None:
        self.figures = figures
        self.when = when

    def of_status(self, status: str) -> Number:
        value = self.figures.by_status.get(status, 0)
        return Number(f"s-{status}", label("status", status), value, self.list(status=status))

    def of_duty(self, duty: str) -> Number:
        value = self.figures.by_duty.get(duty, 0)
        return Number(f"d-{duty}", label("duty", duty), value, self.list(duty=duty))

    def plain(self, name: str, **query: object) -> Number:
        return Number(f"n-{name}", label("figure", name), getattr(self.figures, name), self.list(**query))

    def list(self, **narrowed: object) -> str:
        return enterprises(self.figures.unit.id, self.when, **narrowed)


def _headline(numbers: _Numbers) -> tuple[Number, ...]:
    figures = numbers.figures
    must_form = numbers.of_duty("form_organisation")
    return (
        numbers.plain("enterprises", filter="enterprises"),
        Number("n-organised", say("console.overview.organised"), organised(figures), numbers.list(filter="organised")),
        Number("n-work", label("status", "work"), figures.by_status.get("work", 0), numbers.of_status("work").href),
        Number("n-must-form", must_form.label, must_form.value, must_form.href),
        numbers.plain("overdue", overdue=1),
    )


def _asides(numbers: _Numbers) -> tuple[Number, ...]:
    served, covered = (
        Number(
            f"n-{name}",
            label("figure", name),
            getattr(numbers.figures, name),
            projects(numbers.figures.unit.id, numbers.when, name),
            "projects",
        )
        for name in ("projects_served", "projects_covered")
    )
    return (
        numbers.plain("registered"),
        numbers.plain("unsurveyed", filter="unsurveyed"),
        numbers.plain("unknown_registry_status", filter="unknown_registry_status"),
        numbers.plain("out_of_scope", status="out_of_scope"),
        numbers.plain("inactive", status="inactive"),
        numbers.plain("to_settle", filter="to_settle"),
        numbers.plain("moving", filter="moving"),
        numbers.plain("unplaced", filter="unplaced"),
        numbers.plain("joint_with_three", filter="joint_with_three"),
        numbers.plain("recruiting_alone", filter="recruiting_alone"),
        numbers.plain("held", filter="held"),
        served,
        covered,
    )


def _beside(figures: Any) -> str:
    return say("console.overview.beside", registered=f"{figures.registered:,}", out=f"{figures.out_of_scope:,}")


def _beside_rates(figures: Any) -> str:
    """What the rates leave out, which stands beside each of them (domain §3)."""
    counts = {name: f"{getattr(figures, name):,}" for name in ("registered", "out_of_scope", "unsurveyed")}
    return say("coverage.figure.beside", unknown=f"{figures.unknown_registry_status:,}", **counts)


def _unit_duty(figures: Any) -> str:
    """What the unit itself has to do, with its clause; empty when nothing."""
    if not figures.unit_duty:
        return ""
    return say(
        "coverage.unit_duty.line",
        unit=figures.unit.name,
        duty=label("duty", figures.unit_duty),
        due=figures.unit_due,
        clause=figures.unit_clause,
        text=figures.unit_clause_text,
    )


def _rate(rate: Any, numbers: _Numbers) -> Rate:
    numerator, denominator, apart = sides_of_rate(rate.name, numbers.figures.unit.id, numbers.when)
    return Rate(
        name=rate.name,
        label=rate.label,
        shown=rate.shown,
        percent=percent(rate.numerator, rate.denominator),
        numerator=rate.numerator,
        denominator=rate.denominator,
        numerator_label=rate.numerator_label,
        denominator_label=rate.denominator_label,
        numerator_href=numerator,
        denominator_href=denominator,
        apart=rate.apart,
        apart_label=rate.apart_label,
        apart_href=apart,
    )


def _child(figures: Any, when: When) -> Child:
    numbers = _Numbers(figures, when)
    unit, must_form, overdue = figures.unit, numbers.of_duty("form_organisation"), numbers.plain("overdue", overdue=1)
    every = numbers.plain("enterprises", filter="enterprises")
    return Child(
        id=unit.id,
        name=unit.name,
        level=unit.level,
        href=link("units", unit.id, **when.query),
        enterprises=Number(f"c-{unit.id}-all", every.label, every.value, every.href),
        rate=next((rate.shown for rate in figures.rates if rate.name == "R1"), "–"),
        bars=bars(unit.id, figures),
        must_form=Number(f"c-{unit.id}-form", must_form.label, must_form.value, must_form.href),
        overdue=Number(f"c-{unit.id}-overdue", overdue.label, overdue.value, overdue.href),
        duty=say("coverage.unit_duty.short", duty=label("duty", figures.unit_duty)) if figures.unit_duty else "",
    )
