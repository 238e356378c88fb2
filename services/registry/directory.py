"""The directory's rows: what a list shows of a subject, and the table it stands in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

import msgspec
import psycopg
from psycopg import sql

from services.registry.domain.adviser import Adviser
from services.registry.domain.base import DatedAggregate
from services.registry.domain.committee import Committee
from services.registry.domain.enterprise import Enterprise
from services.registry.domain.organisation import Organisation
from services.registry.domain.project import Project
from services.registry.matters import Followed, Matters, matters_of
from xianfeng.names import fold_name

__all__ = [
    "FOLDED", "LISTED", "Entry", "code_of", "create", "drop", "ended_on", "entry_of", "name_on", "table", "unit_on",
    "write",
]  # fmt: skip

LISTED: dict[str, type[DatedAggregate]] = {
    kind.KIND: kind for kind in (Enterprise, Organisation, Committee, Project, Adviser)
}
"""Kind → aggregate; units have a tree of their own."""
FOLDED: dict[str, type[DatedAggregate]] = {**LISTED, Enterprise.KIND: Followed}
"""Kind → what the directory folds of it."""

_ENDED = {
    "enterprise": "merged_into",
    "organisation": "ended",
    "committee": "ended",
    "project": "closed",
    "adviser": "left",
}
"""The slot that ends a subject for lists. A deregistered enterprise goes on: its Party facts may need settling."""
_NAMING = ("own", "membership", "organisation", "adviser", "adviser.community", "adviser.other", "served_by", "of")
"""Slots whose value names another subject (alone, or first of a tuple)."""

_CREATE = """
create table {table} (
    subject text primary key, kind text not null, part smallint not null, version integer not null,
    unit text not null, code text not null, name text not null, name_folded text not null, ended boolean not null,
    names text[] not null, view jsonb not null, next_change date, matters jsonb not null);
create index on {table} (kind, unit, name_folded);
create index on {table} (kind, name_folded, subject);
create index on {table} (code) where code <> '';
create index on {table} using gin (names);
create index on {table} (part, next_change) where next_change is not null;
create index on {table} (unit) where matters <> '{{}}';
create index on {table} ((matters -> 'transfer' ->> 2)) where matters ? 'transfer';
create index on {table} (unit) where view ->> 'registry_status' in ('revoked', 'deregistered');
"""
_UPSERT = """
insert into {table} (
    subject, kind, part, version, unit, code, name, name_folded, ended, names, view, next_change, matters)
select * from jsonb_to_recordset(%s::jsonb) as told (
    subject text, kind text, part smallint, version integer, unit text, code text, name text, name_folded text,
    ended boolean, names text[], view jsonb, next_change date, matters jsonb)
on conflict (subject) do update set
    kind = excluded.kind, part = excluded.part, version = excluded.version, unit = excluded.unit,
    code = excluded.code, name = excluded.name, name_folded = excluded.name_folded, ended = excluded.ended,
    names = excluded.names, view = excluded.view, next_change = excluded.next_change, matters = excluded.matters
"""
_CHUNK = 2_000


class Entry(NamedTuple):
    """One row. `names`: subjects that it names today; `view`: slot → value today; `next_change`: by itself.

    `matters`: what waits on it for an office (see `matters`).
    """

    subject: str
    kind: str
    part: int
    version: int
    unit: str
    code: str
    name: str
    name_folded: str
    ended: bool
    names: list[str]
    view: dict[str, Any]
    next_change: date | None
    matters: Matters


def entry_of(aggregate: DatedAggregate, part: int, day: date) -> Entry:
    """The row of a subject on a business date; a subject of the future shows its first values."""
    name = name_on(aggregate, day)
    view = aggregate.view(day)
    return Entry(
        aggregate.id, aggregate.KIND, part, aggregate.version, unit_on(aggregate, day), code_of(aggregate), name,
        fold_name(name), ended_on(aggregate, day), _names(view), view, aggregate.next_change(day),
        matters_of(aggregate, day),
    )  # fmt: skip


def code_of(aggregate: DatedAggregate) -> str:
    """The credit code as now known; empty for what has none."""
    return aggregate.code if isinstance(aggregate, Enterprise) else ""


def name_on(aggregate: DatedAggregate, day: date) -> str:
    """The name on a day, before the first day the first one; advisers have none here."""
    return str(_first(aggregate, "name", day) or "")


def unit_on(aggregate: DatedAggregate, day: date) -> str:
    """The home unit on a day, before the first day the first one; a unit is its own."""
    return str(_first(aggregate, "unit", day) or aggregate.id)


def ended_on(aggregate: DatedAggregate, day: date) -> bool:
    """Is it merged, ended, closed or gone by that day? An adviser also when the term is over."""
    if isinstance(aggregate, Adviser):
        term = aggregate.slots["term"].entries
        if term and term[0].effective <= day and aggregate.value("term", day) is None:
            return True
    slot = _ENDED.get(aggregate.KIND, "closed")
    return aggregate.value(slot, day) is not None


def _first(aggregate: DatedAggregate, slot: str, day: date) -> Any:
    found = aggregate.slots.get(slot)
    if found is None or not found.entries:
        return None
    return found.on(day) or found.entries[0].value


def _names(view: dict[str, Any]) -> list[str]:
    values = (view[slot] for slot in _NAMING if slot in view)
    return sorted({value[0] if isinstance(value, tuple) else value for value in values})


def table(number: int) -> sql.Identifier:
    """The table of a build."""
    return sql.Identifier(f"directory_b{number}")


def create(conn: psycopg.Connection[Any], number: int) -> None:
    conn.execute(sql.SQL(_CREATE).format(table=table(number)))


def drop(conn: psycopg.Connection[Any], number: int) -> None:
    conn.execute(sql.SQL("drop table if exists {}").format(table(number)))


def write(conn: psycopg.Connection[Any], number: int, entries: Iterable[Entry]) -> None:
    """Write rows, new or changed, many with one statement."""
    upsert = sql.SQL(_UPSERT).format(table=table(number))
    rows = iter(entries)
    while chunk := list(islice(rows, _CHUNK)):
        told = msgspec.json.encode([entry._asdict() for entry in chunk]).decode()
        conn.execute(upsert, (told,))
