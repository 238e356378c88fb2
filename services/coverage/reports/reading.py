"""Enterprises on two days, from their lives, in one statement; and what an edition asks of their facts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from psycopg import sql

from services.coverage.domain.folded import Folded
from services.coverage.domain.keys import FORMS, NAMESPACE, TYPES
from services.coverage.projection.tables import table
from services.coverage.queries.snapshot import Snapshot
from services.coverage.reports.changes import Seen, Subject

__all__ = ["OnBothDays", "facts_of", "joint_organisations", "on_both_days"]

_BOTH = """
select subject, code, name, coalesce(units[a], unit), coalesce(keys[a], 0), coalesce(units[b], unit),
       coalesce(keys[b], 0), dues[b]
  from {enterprise}, lateral width_bucket(%(before)s, days) a, lateral width_bucket(%(after)s, days) b
 where (moved or unit = any(string_to_array(%(units)s, E'\\n')))
   and (coalesce(keys[a], 0) <> 0 or coalesce(keys[b], 0) <> 0)
 order by name_folded, subject
"""

_FACTS = """
select subject, sum(entries)::integer, string_agg(facts, ''::bytea order by version)
  from {appended} where kind = 0 and subject = any(string_to_array(%(subjects)s, E'\\n')) group by subject
"""


# Organisations that cover projects are none of an enterprise.
_JOINT = """
select coalesce(units[b], unit), keys[b]
  from {organisation}, lateral width_bucket(%(day)s, days) b
 where b > 0 and keys[b] <> 0 and covers is distinct from 'projects'
   and (moved or unit = any(string_to_array(%(units)s, E'\\n')))
"""


class OnBothDays(NamedTuple):
    """`due` is that of the later day."""

    subject: Subject
    due: date | None


async def on_both_days(snapshot: Snapshot, units: Collection[str], before: date, after: date) -> list[OnBothDays]:
    """Every enterprise that ever stood in one of these units and was registered on a day, by name."""
    values = {"units": "\n".join(units), "before": before, "after": after}
    rows = await snapshot.fetch(_filled(_BOTH, "enterprise", snapshot.build), values)
    return [_read(row) for row in rows]


async def facts_of(snapshot: Snapshot, subjects: Collection[str]) -> dict[str, Folded]:
    """What is folded of these enterprises, by subject."""
    values = {"subjects": "\n".join(subjects)}
    rows = await snapshot.fetch(_filled(_FACTS, "appended", snapshot.build), values)
    return {subject: Folded.load(0, entries, facts) for subject, entries, facts in rows}


async def joint_organisations(snapshot: Snapshot, units: Collection[str], day: date) -> list[tuple[str, str]]:
    """Unit and type of each organisation of several enterprises that stands on the day in one of these units."""
    rows = await snapshot.fetch(
        _filled(_JOINT, "organisation", snapshot.build), {"units": "\n".join(units), "day": day}
    )
    below, found = set(units), [(unit, key & NAMESPACE) for unit, key in rows]
    return [(unit, TYPES[key >> 3]) for unit, key in found if unit in below and FORMS[key & 7] != "own"]


def _filled(text: str, name: str, build: int) -> sql.Composed:
    return sql.SQL(text).format(**{name: sql.Identifier(table(name, build))})


def _read(row: tuple[Any, ...]) -> OnBothDays:
    subject, code, name, place_before, key_before, place, key, due = row
    return OnBothDays(Subject(subject, code, name, Seen(place_before, key_before), Seen(place, key)), due)
