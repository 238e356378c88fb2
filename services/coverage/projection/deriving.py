"""From folded facts to rows, counts and news: of a whole partition once, or of touched subjects again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import psycopg

from services.coverage.domain.folded import Folded
from services.coverage.domain.folding import KINDS
from services.coverage.domain.timeline import GONE, Assessor
from services.coverage.projection import folds, tables
from services.coverage.projection.announcing import Announcer, Cause, News
from services.coverage.projection.assessed import Assessed, Head
from services.coverage.projection.columns import COLUMNS, COPIED_AS, ENTERPRISE
from services.coverage.projection.counting import Delta
from services.coverage.projection.memory import State
from services.coverage.projection.rows import assess
from services.coverage.projection.tables import table
from services.coverage.projection.writing import copy_in, upsert
from xianfeng.bus.projection import Build

__all__ = ["Deriver"]

_CHUNK = 1_000
"""Subjects that are assessed at once: the columns of more would not lie in the processor's cache."""

Known = Sequence[tuple[str, State]]
Subject = tuple[str, int, int, Folded]
"""(subject, kind, partition, facts)."""


class _Rows:
    """Rows by kind of subject, and the subjects that have none (any more)."""

    def __init__(self) -> None:
        self.by_kind: dict[int, list[tuple[Any, ...]]] = {}
        self.without: dict[int, list[str]] = {}

    def add(self, kind: int, subject: str, found: Assessed) -> None:
        if found.row is None:
            self.without.setdefault(kind, []).append(subject)
        else:
            self.by_kind.setdefault(kind, []).append(found.row)


class Deriver:
    def __init__(self, assessor: Assessor, announcer: Announcer) -> None:
        self._assessor, self._announcer = assessor, announcer

    def all(
        self, conn: psycopg.Connection[Any], build: Build, partition: int, day: date, known: Known | None = None
    ) -> None:
        """Rows and counts of a whole partition at a business date, in place of what is there.

        `known` are all its subjects, when they came to memory since the partition was empty; else they are read.
        """
        number, delta = build.number, Delta()
        if known is None:
            for name in (*KINDS, "counts"):
                tables.clear(conn, table(name, number), partition)
            subjects = [
                (subject, kind, partition, folded) for subject, kind, folded in folds.read(conn, number, partition)
            ]
        else:
            subjects = [(subject, state.kind, partition, state.folded) for subject, state in known]
        for kind, name in enumerate(KINDS):
            if some := [subject for subject in subjects if subject[1] == kind]:
                # One statement for all: the database takes rows while those of the next subjects are found.
                rows = self._counted_rows(kind, some, day, delta)
                copy_in(conn, table(name, number), COLUMNS[kind], COPIED_AS[kind], rows)
        delta.copy(conn, number)

    def _counted_rows(
        self, kind: int, subjects: Sequence[Subject], day: date, delta: Delta
    ) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(subjects), _CHUNK):
            some = subjects[start : start + _CHUNK]
            for subject, found in zip(some, self._of_kind(kind, some, day), strict=True):
                delta.move(subject[2], None, found.counted)
                if found.row is not None:
                    yield found.row

    def again(self, conn: psycopg.Connection[Any], build: Build, day: date, states: Known, cause: Cause) -> None:
        """Rows of these subjects anew; moves the counts, and announces when the build is in service."""
        number, delta, rows, news = build.number, Delta(), _Rows(), []
        subjects = [(subject, state.kind, state.part, state.folded) for subject, state in states]
        for place, kind, subject, found in self._assessed(subjects, day):
            state = states[place][1]
            delta.move(state.part, state.counted, found.counted)
            state.counted = found.counted
            rows.add(kind, subject, found)
            if kind == ENTERPRISE:
                news.append(_news(subject, state, found, cause))
        for kind, some in rows.by_kind.items():
            upsert(conn, table(KINDS[kind], number), COLUMNS[kind], COPIED_AS[kind], some)
        for kind, gone in rows.without.items():
            tables.delete(conn, table(KINDS[kind], number), gone)
        delta.flush(conn, number)
        if build.announcing and news:
            self._announcer.tell(conn, day, news, cause)

    def _assessed(self, subjects: Sequence[Subject], day: date) -> Iterator[tuple[int, int, str, Assessed]]:
        """(place, kind, subject, what came of it), kind by kind."""
        for kind in range(len(KINDS)):
            places = [place for place, subject in enumerate(subjects) if subject[1] == kind]
            found = self._of_kind(kind, [subjects[n] for n in places], day)
            yield from ((n, kind, subjects[n][0], one) for n, one in zip(places, found, strict=True))

    def _of_kind(self, kind: int, subjects: Sequence[Subject], day: date) -> list[Assessed]:
        heads = [Head(subject, part, folded.version) for subject, _, part, folded in subjects]
        return assess(self._assessor, kind, heads, [subject[3] for subject in subjects], day.toordinal())


def _news(subject: str, state: State, found: Assessed, cause: Cause) -> News:
    causes = (state.correlation, state.causation) if cause == "event" else ("", "")
    segment = found.segment
    if segment is None or segment.cell == GONE:
        return News(subject, None, None, None, *causes)
    since, due = (date.fromordinal(day) if day else None for day in (segment.since, segment.due))
    return News(subject, segment.cell, since, due, *causes)
