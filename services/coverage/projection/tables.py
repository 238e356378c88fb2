"""The tables of one build; `{n}` is its number. No foreign keys: a build is made, served, and dropped whole.

* `appended_b{n}`: what each batch folded of a subject, appended and never changed; all else is derived from it.
  The view `fold_b{n}` puts a subject's parts together.
* `enterprise_b{n}`, `project_b{n}`, `organisation_b{n}`: one row a subject, at the partition's business date,
  with the whole life as parallel arrays. On day D the element b = width_bucket(D, days) holds; b = 0: not there yet;
  keys[b] = 0: no longer counted. `units` is NULL when the home unit never changes (then `unit` holds throughout).
* `committee_b{n}`: industry committees (figures do not count them; a city's duty asks for them).
* `counts_b{n}`: how many subjects bear a key at the business date, by own unit; ancestors are summed when asked.

`since`, `due` and `days` are days of Asia/Shanghai; `next_change` is the first later day on which the row changes
by itself, NULL when none does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

__all__ = ["changing", "clear", "create", "delete", "drop", "table"]

_CREATE = """
create table {appended} (
    subject text not null, part smallint not null, kind smallint not null, version integer not null,
    entries integer not null, facts bytea not null, primary key (subject, version));
alter table {appended} alter column facts set storage external;
create index {appended_part} on {appended} (part);
create view {fold} as
    select subject, min(part) as part, min(kind) as kind, max(version) as version, sum(entries)::integer as entries,
        string_agg(facts, ''::bytea order by version) as facts
    from {appended} group by subject;

create table {enterprise} (
    subject text primary key, part smallint not null, version integer not null,
    code text not null, name text not null, name_folded text not null, unit text not null,
    status text, duty text, since date, due date, cell smallint, key integer not null,
    organisation text, next_change date, moved boolean not null,
    days date[] not null, keys integer[] not null, cells smallint[] not null, sinces date[] not null,
    dues date[] not null, units text[]);

create table {project} (
    subject text primary key, part smallint not null, version integer not null,
    name text not null, name_folded text not null, unit text not null, enterprise text, organisation text,
    form text, key integer not null, next_change date, moved boolean not null,
    days date[] not null, keys integer[] not null, units text[]);

create table {organisation} (
    subject text primary key, part smallint not null, version integer not null,
    name text not null, name_folded text not null, unit text not null, form text, type text, covers text,
    standing boolean not null, term_ends date, consulted_on date, community_parent boolean not null,
    branch_committee boolean not null, key integer not null, next_change date, moved boolean not null,
    days date[] not null, keys integer[] not null, units text[]);

create table {committee} (
    subject text primary key, part smallint not null, version integer not null,
    name text not null, unit text not null, leading_group integer not null, staff integer not null,
    from_day date not null, until_day date);

create table {counts} (
    unit text not null, key integer not null, part smallint not null, n bigint not null,
    primary key (unit, key, part));

create index {enterprise_due} on {enterprise} (part, next_change) where next_change is not null;
create index {enterprise_unit} on {enterprise} (unit, name_folded);
create index {enterprise_code} on {enterprise} (code);
create index {enterprise_organisation} on {enterprise} (organisation) where organisation is not null;
create index {enterprise_moved} on {enterprise} (subject) where moved;
create index {project_due} on {project} (part, next_change) where next_change is not null;
create index {project_unit} on {project} (unit);
create index {organisation_due} on {organisation} (part, next_change) where next_change is not null;
create index {organisation_unit} on {organisation} (unit);
"""

_TABLES = ("appended", "enterprise", "project", "organisation", "committee", "counts")


def table(name: str, number: int) -> str:
    """The name of a build's table: `fold`, `enterprise`, `project`, `organisation`, `committee` or `counts`."""
    return f"{name}_b{number}"


def create(conn: psycopg.Connection[Any], number: int) -> None:
    """Make the tables of build `number`. Raises psycopg.errors.DuplicateTable when they are there."""
    conn.execute(_filled(_CREATE, number))


def drop(conn: psycopg.Connection[Any], number: int) -> None:
    conn.execute(sql.SQL("drop view if exists {}").format(sql.Identifier(table("fold", number))))
    for name in _TABLES:
        conn.execute(sql.SQL("drop table if exists {}").format(sql.Identifier(table(name, number))))


def _filled(text: str, number: int) -> sql.Composed:
    names = {name: sql.Identifier(table(name, number)) for name in (*_TABLES, "fold")}
    for suffix in ("part", "due", "unit", "code", "organisation", "moved"):
        names |= {f"{name}_{suffix}": sql.Identifier(f"{name}_b{number}_{suffix}") for name in _TABLES}
    return sql.SQL(text).format(**names)


def changing(conn: psycopg.Connection[Any], number: int, partition: int, day: date) -> list[str]:
    """The subjects of a partition whose row changes by itself on `day`, or should have before."""
    query = sql.SQL(" union all ").join(
        sql.SQL("select subject from {} where part = %(part)s and next_change <= %(day)s").format(
            sql.Identifier(table(name, number))
        )
        for name in ("enterprise", "project", "organisation")
    )
    return [subject for (subject,) in conn.execute(query, {"part": partition, "day": day})]


def delete(conn: psycopg.Connection[Any], name: str, subjects: Sequence[str]) -> None:
    conn.execute(sql.SQL("delete from {} where subject = any(%s)").format(sql.Identifier(name)), (list(subjects),))


def clear(conn: psycopg.Connection[Any], name: str, partition: int) -> None:
    conn.execute(sql.SQL("delete from {} where part = %s").format(sql.Identifier(name)), (partition,))
