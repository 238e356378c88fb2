"""Announcements: what was told last of an enterprise against what holds now; differences become events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import msgspec
import psycopg
from psycopg import sql

from services.coverage.events import SOURCE, AssessmentChanged, stream_of
from services.coverage.projection.tables import table
from xianfeng.clock import Clock
from xianfeng.event import Act, Event, Moment, acting, derived_id
from xianfeng.rules import RuleSet
from xianfeng.store.bulk import append

__all__ = ["Announcer", "Cause", "News"]

Cause = Literal["event", "calendar", "rule_set", "rebuild"]
_ACTOR = "system:coverage"
_CHUNK = 2_000


class News(msgspec.Struct, frozen=True):
    """What holds of an enterprise now. `cell` None: it no longer counts, or does not yet."""

    subject: str
    cell: int | None
    since: date | None
    due: date | None
    correlation: str = ""
    causation: str = ""


class _Told(msgspec.Struct, frozen=True):
    subject: str
    version: int
    status: str | None
    duty: str | None
    episode: str | None
    since: date | None
    due: date | None
    clause: str
    rule_set: str

    @property
    def content(self) -> tuple[Any, ...]:
        return self.status, self.duty, self.since, self.due, self.clause, self.rule_set


class Announcer:
    """Tells under one rule set. What is told and that it was told go into the caller's transaction."""

    def __init__(self, rules: RuleSet, clock: Clock) -> None:
        self._rules, self._clock = rules, clock

    def tell(self, conn: psycopg.Connection[Any], day: date, news: Sequence[News], cause: Cause) -> int:
        """Announce the news that differ from what was told last; how many did."""
        told, at = self._last(conn, [one.subject for one in news]), Moment.of(self._clock)
        events, rows = [], []
        for one in news:
            last = told.get(one.subject)
            now = self._now(one, last)
            if now is not None:
                rows.append(now)
                events.append(self._event(now, one, day, _cause(last, now, cause), at))
        if events:
            append(conn, "coverage", events)
            self._save(conn, rows)
        return len(events)

    def take_over(self, conn: psycopg.Connection[Any], build: int, partitions: Sequence[int], day: date) -> int:
        """Announce, for a build that takes over, each enterprise of which something else was told; how many."""
        news = self._differences(conn, build, partitions)
        return sum(self.tell(conn, day, news[n : n + _CHUNK], "rebuild") for n in range(0, len(news), _CHUNK))

    def _last(self, conn: psycopg.Connection[Any], subjects: list[str]) -> dict[str, _Told]:
        rows = conn.execute(
            "select subject, version, status, duty, episode, since, due, clause, rule_set"
            " from announced where subject = any(%s)", (subjects,),
        )  # fmt: skip
        return {row[0]: _Told(*row) for row in rows}

    def _now(self, one: News, last: _Told | None) -> _Told | None:
        """What to tell; None when nothing changed, or there never was anything to tell."""
        if one.cell is None and last is None:
            return None
        version = (last.version if last else 0) + 1
        cell = self._rules.cells[one.cell] if one.cell is not None else None
        duty = cell.duty or None if cell else None
        now = _Told(
            one.subject, version, cell.status if cell else None, duty,
            self._episode(one.subject, version, duty, last), one.since, one.due,
            (cell.duty_clause if duty else cell.status_clause) if cell else "", self._rules.name,
        )  # fmt: skip
        return now if last is None or now.content != last.content else None

    def _episode(self, subject: str, version: int, duty: str | None, last: _Told | None) -> str | None:
        """The episode of a duty: of the same duty, told last, or minted now."""
        if duty is None:
            return None
        if last is not None and last.duty == duty:
            return last.episode
        return derived_id("episode", subject, str(version))

    def _event(self, now: _Told, one: News, day: date, cause: Cause, at: Moment) -> Event:
        data = AssessmentChanged(
            enterprise=now.subject, status=now.status, duty=now.duty, episode=now.episode, since=now.since,
            due=now.due, clause=now.clause, rule_set=now.rule_set, cause=cause,
        )  # fmt: skip
        correlation = one.correlation or derived_id(cause, str(day))
        with acting(Act(_ACTOR, correlation, one.causation, day)):
            return Event.make(stream_of(now.subject), now.version, data, source=SOURCE, clock=self._clock, at=at)

    def _save(self, conn: psycopg.Connection[Any], rows: list[_Told]) -> None:
        columns = zip(*(msgspec.structs.astuple(row) for row in rows), strict=True)
        conn.execute(
            "insert into announced select * from unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[],"
            " %s::date[], %s::date[], %s::text[], %s::text[]) on conflict (subject) do update set"
            " version = excluded.version, status = excluded.status, duty = excluded.duty, episode = excluded.episode,"
            " since = excluded.since, due = excluded.due, clause = excluded.clause, rule_set = excluded.rule_set",
            [list(column) for column in columns],
        )

    def _differences(self, conn: psycopg.Connection[Any], build: int, partitions: Sequence[int]) -> list[News]:
        rows = conn.execute(
            sql.SQL(
                "select e.subject, e.cell, e.since, e.due from {} e left join announced a using (subject)"
                " where e.part = any(%s) and (e.status, e.duty, e.since, e.due, {}) is distinct from"
                " (a.status, a.duty, a.since, a.due, a.rule_set) order by e.subject"
            ).format(sql.Identifier(table("enterprise", build)), sql.Literal(self._rules.name)),
            (list(partitions),),
        )
        return [News(*row) for row in rows]


def _cause(last: _Told | None, now: _Told, cause: Cause) -> Cause:
    return "rule_set" if last is not None and last.rule_set != now.rule_set else cause
