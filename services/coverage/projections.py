"""The projection `coverage`: facts folded from registry's events, assessed, counted and announced.

Status and duty need only events on the enterprise's own key, so partitions never wait for each other. While a
build catches up only the folded facts are written; `assess` derives rows and counts once, at the end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from services.coverage.domain.folding import TYPES_FOLDED, fold_run
from services.coverage.domain.timeline import Assessor
from services.coverage.projection import folds, tables
from services.coverage.projection.announcing import Announcer
from services.coverage.projection.counting import sweep_zeros
from services.coverage.projection.deriving import Deriver
from services.coverage.projection.memory import Memory
from services.registry.events import CATALOGUE, TOPIC
from xianfeng.bus.projection import Build, Record
from xianfeng.clock import Clock
from xianfeng.rules import RuleSet, load_rules

__all__ = ["NAME", "VERSION", "CoverageProjection", "henan"]

NAME, VERSION = "coverage", 2
"""Another form of what is folded (`domain/folded.py`), or another meaning of it, is another version."""
_RULES = Path(__file__).parents[2] / "rules"
_KEPT, _KEPT_BUILDING = 20_000, 200_000
"""Subjects in memory: in service, and while a build catches up."""


def henan() -> RuleSet:
    """The rule set of 豫建房〔2021〕203号, read and compiled."""
    return load_rules(_RULES / "henan-2021-203.toml")


class CoverageProjection:
    """Implements `xianfeng.bus.projection.Projection`; one instance serves one build."""

    name = NAME
    version = VERSION
    topic = TOPIC
    catalogue = CATALOGUE
    types = TYPES_FOLDED
    announces = True
    gather = 0.0

    def __init__(self, clock: Clock, rules: RuleSet | None = None) -> None:
        rules = rules or henan()
        self._clock, self._memory = clock, Memory()
        self._announcer = Announcer(rules, clock)
        self._deriver = Deriver(Assessor(rules), self._announcer)

    def create(self, conn: psycopg.Connection[Any], build: Build) -> None:
        tables.create(conn, build.number)

    def drop(self, conn: psycopg.Connection[Any], build: Build) -> None:
        tables.drop(conn, build.number)

    def load(self, conn: psycopg.Connection[Any], build: Build, subjects: Collection[str]) -> None:
        self._memory.shrink(_KEPT_BUILDING if build.building else _KEPT)
        self._memory.load(conn, build.number, subjects)

    def version_of(self, subject: str) -> int:
        state = self._memory.states.get(subject)
        return state.folded.version if state else 0

    def apply(self, record: Record) -> None:
        self.apply_run([record])

    def apply_run(self, records: Sequence[Record]) -> None:
        fold_run(self._memory.touch(records[-1]).folded, records)

    def reload(self, conn: psycopg.Connection[Any], build: Build, subject: str) -> None:
        self._memory.reload(conn, build.number, subject)

    def write(self, conn: psycopg.Connection[Any], build: Build, day: date, subjects: Collection[str]) -> None:
        states = [(subject, self._memory.states[subject]) for subject in subjects]
        folds.save(conn, build.number, states)
        if not build.building:
            self._deriver.again(conn, build, day, states, "event")
        for _, state in states:
            state.dirty = False

    def assess(self, conn: psycopg.Connection[Any], build: Build, partition: int, day: date) -> None:
        self._deriver.all(conn, build, partition, day, self._memory.whole(partition))
        self._memory.forget((partition,))

    def advance(self, conn: psycopg.Connection[Any], build: Build, partition: int, day: date) -> None:
        subjects = tables.changing(conn, build.number, partition, day)
        if not subjects:
            return
        self.load(conn, build, subjects)
        states = [(subject, self._memory.states[subject]) for subject in subjects]
        self._deriver.again(conn, build, day, states, "calendar")
        sweep_zeros(conn, build.number, partition)

    def announce(self, conn: psycopg.Connection[Any], build: Build, partitions: Sequence[int]) -> None:
        self._announcer.take_over(conn, build.number, partitions, self._clock.today())

    def forget(self, partitions: Collection[int] | None = None) -> None:
        self._memory.forget(partitions)
