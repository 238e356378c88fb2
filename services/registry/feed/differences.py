"""The list of open differences, beside the events that raised them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from psycopg import Cursor

from services.registry.events.enterprise import EnterpriseDifferenceRaised

__all__ = ["Noted", "note"]

_NOTE = """
insert into feed_difference (subject, field, known, reported, source, code, raised_on)
select * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[])
on conflict do nothing
"""


class Noted(NamedTuple):
    """A difference as the list has it."""

    subject: str
    field: str
    known: str
    reported: str
    source: str
    code: str
    raised_on: date

    @classmethod
    def of(cls, subject: str, code: str, raised: EnterpriseDifferenceRaised, day: date) -> Noted:
        return cls(subject, raised.field, raised.known or "", raised.reported, raised.source, code, day)


def note(cursor: Cursor[Any], noted: Sequence[Noted]) -> None:
    """Put differences on the list, in the transaction of their events."""
    if noted:
        cursor.execute(_NOTE, tuple(list(column) for column in zip(*noted, strict=True)))
