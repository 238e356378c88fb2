"""A plain in-memory fold of registry's log: the figures of any unit on any day, slowly and without shared code.

What the services answer must equal this, whatever was killed meanwhile.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.registry.events import CATALOGUE
from tests.reference_rules import Facts, Told, born, duty_of, facts_on, in_base, status_of

__all__ = ["Reference", "ReferenceFigures"]

ORGANISED = ("own", "joint", "regional", "industry", "grid")


@dataclass
class ReferenceFigures:
    """`by_status` and `by_duty` without zeros; `rates` as (name, numerator, denominator), R1 … R7."""

    registered: int = 0
    enterprises: int = 0
    unsurveyed: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_duty: Counter[str] = field(default_factory=Counter)
    rates: list[tuple[str, int, int]] = field(default_factory=list)


class Reference:
    """What follows from the bytes of registry's whole log."""

    def __init__(self, raws: Iterable[bytes]) -> None:
        self._logs = _by_family(raws)
        self._trees: dict[date, Tree] = {}

    def figures(self, unit_code: str, day: str) -> ReferenceFigures:
        """The figures of the unit with this code (or id) on an ISO day."""
        today = date.fromisoformat(day)
        tree = self._tree(today)
        unit = tree.named(unit_code)
        result, tally = ReferenceFigures(), Counter[str]()
        for events in self._logs["enterprise"].values():
            birth = born(events)
            if birth is None or birth > today:
                continue
            facts = facts_on(events, today)
            if not facts.merged and tree.under(facts.unit, unit):
                _add(result, tally, events, facts, today)
        for events in self._logs["project"].values():
            _add_project(tally, events, tree, unit, today)
        result.by_status, result.by_duty = +result.by_status, +result.by_duty
        result.rates = _rates(result, tally)
        return result

    def _tree(self, day: date) -> Tree:
        if day not in self._trees:
            self._trees[day] = Tree(self._logs["unit"], day)
        return self._trees[day]


def _by_family(raws: Iterable[bytes]) -> Mapping[str, Mapping[str, list[Told]]]:
    """Events by the first part of their type, then by subject."""
    logs: dict[str, dict[str, list[Told]]] = defaultdict(lambda: defaultdict(list))
    for raw in raws:
        event = CATALOGUE.load(raw)
        told = (event.originator_version, event.effective, event.data)
        logs[event.type.partition(".")[0]][event.originator_id].append(told)
    return logs


def _ordered(events: Sequence[Told]) -> list[Told]:
    voided = {data.version for _, _, data in events if data.TYPE.endswith(".fact-voided.v1")}
    kept = [e for e in events if e[0] not in voided and not e[2].TYPE.endswith(".fact-voided.v1")]
    return sorted(kept, key=lambda event: (event[1], event[0]))


class Tree:
    """Who belongs to whom on one day, by walking up."""

    def __init__(self, units: Mapping[str, Sequence[Told]], day: date) -> None:
        self._parent: dict[str, str | None] = {}
        self._code: dict[str, str] = {}
        for unit, events in units.items():
            for _, when, data in _ordered(events):
                if when <= day:
                    self._grow(unit, data)

    def _grow(self, unit: str, data: Any) -> None:
        match data.TYPE:
            case "unit.opened.v1":
                self._parent[unit] = data.parent
                if data.code:
                    self._code[data.code] = unit
            case "unit.moved.v1":
                self._parent[unit] = data.parent
            case "unit.closed.v1" if len(data.successors) == 1:
                self._parent[unit] = data.successors[0]

    def named(self, code: str) -> str:
        return self._code.get(code, code)

    def under(self, unit: str, ancestor: str) -> bool:
        seen, at = set(), unit
        while at and at not in seen:
            if at == ancestor:
                return True
            seen.add(at)
            at = self._parent.get(at) or ""
        return False


def _add(result: ReferenceFigures, tally: Counter[str], events: Sequence[Told], facts: Facts, day: date) -> None:
    status, duty = status_of(facts), duty_of(facts, day)
    result.registered += 1
    result.by_status[status] += 1
    if duty:
        result.by_duty[duty] += 1
    if status not in ("inactive", "out_of_scope"):
        result.enterprises += 1
        result.unsurveyed += facts.formal is None
        if (facts.formal or 0) >= 3:
            tally["threshold"] += 1
            tally["threshold own"] += status == "own"
            tally["threshold organised"] += status in ORGANISED
    if in_base(events, day.year):
        tally["base"] += 1
        tally["filed"] += day.year in facts.accepted


def _add_project(tally: Counter[str], events: Sequence[Told], tree: Tree, unit: str, day: date) -> None:
    home, served, until, covered, closed = "", "", date.max, "", False
    for _, when, d in _ordered(events):
        if when > day:
            continue
        match d.TYPE.removeprefix("project.").removesuffix(".v1"):
            case "registered" | "placed":
                home = d.unit
            case "service-started":
                served, until = d.enterprise, d.until or date.max
            case "service-ended" if served == d.enterprise:
                served = ""
            case "organisation-covered":
                covered = d.organisation
            case "organisation-uncovered" if covered == d.organisation:
                covered = ""
            case "closed":
                closed = True
    if home and not closed and served and until >= day and tree.under(home, unit):
        tally["served"] += 1
        tally["covered"] += bool(covered)


def _rates(result: ReferenceFigures, tally: Counter[str]) -> list[tuple[str, int, int]]:
    by_status, operating = result.by_status, result.enterprises
    organised = sum(by_status[status] for status in ORGANISED)
    work, none = by_status["work"], by_status["none"]
    return [
        ("R1", organised, operating),
        ("R2", by_status["own"], operating),
        ("R3", tally["threshold own"], tally["threshold"]),
        ("R3a", tally["threshold organised"], tally["threshold"]),
        ("R4", work, work + none),
        ("R5", organised + work, operating),
        ("R6", tally["covered"], tally["served"]),
        ("R7", tally["filed"], tally["base"]),
    ]
