"""What registries said of enterprises the last time: read for a chunk of rows, written in the events' transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from psycopg import Connection, Cursor

from services.registry.feed.rows import Gone

__all__ = [
    "Known", "Said", "Standing", "bury", "resolved_words", "standing", "stated_by_any", "touch", "write", "write_first",
]  # fmt: skip

# `limit` keeps each look-up one of the index: joined freely, both tables are read whole for every chunk. The codes come
# as one text, which costs a tenth of a list of them.
_STANDING = """
select given.code, claim.subject, known.*, latest.version
  from unnest(string_to_array(%(codes)s, ' ')) as given (code)
  left join lateral (select subject from claim where kind = 'code' and key = given.code limit 1) claim on true
  left join lateral (select subject, digest, as_of, version, unit, status, place, word from feed_known
       where source = %(source)s and code = given.code limit 1) known on true
  left join lateral (select max(originator_version) as version from registry_events
       where originator_id = coalesce(claim.subject, known.subject)) latest on true
"""
_COPY = """
copy feed_known (source, as_of, code, subject, digest, stated, version, unit, status, place, word)
  from stdin (format binary)
"""
_WRITE = """
insert into feed_known (source, code, subject, digest, stated, as_of, version, unit, status, place, word)
select %s, code, subject, digest, stated::jsonb, %s, version, unit, status, place, word
  from unnest(%b::text[], %b::text[], %b::bytea[], %b::text[], %b::int4[], %b::text[], %b::text[], %b::text[],
              %b::text[])
    as given (code, subject, digest, stated, version, unit, status, place, word)
on conflict (source, code) do update set
    subject = excluded.subject, digest = excluded.digest, stated = excluded.stated, as_of = excluded.as_of,
    version = excluded.version, unit = excluded.unit, status = excluded.status, place = excluded.place,
    word = excluded.word
"""


class Known(NamedTuple):
    """What this source said of a code, and how the enterprise stood when that was compared."""

    subject: str
    digest: bytes
    as_of: date
    version: int
    unit: str
    status: str
    place: str
    word: str


class Standing(NamedTuple):
    """How a code stands now. `subject`: the enterprise that it means, None for a new one; `bears`: by its claim."""

    subject: str | None
    bears: bool
    version: int
    known: Known | None


class Said(NamedTuple):
    """A row to write."""

    code: str
    subject: str
    digest: bytes
    stated: Mapping[str, str]
    version: int
    unit: str
    status: str
    place: str
    word: str


def standing(connection: Connection[Any], source: str, codes: Collection[str]) -> dict[str, Standing]:
    """How each of the codes stands."""
    parameters = {"codes": " ".join(codes), "source": source}
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(_STANDING, parameters, prepare=True).fetchall()
    return {row[0]: _standing(row) for row in rows}


def _standing(row: tuple[Any, ...]) -> Standing:
    _, bearer, *known, version = row
    last = Known(*known) if known[0] is not None else None
    if last is not None and bearer not in (None, last.subject):
        # The code belongs to another enterprise by now: what was said of the first says nothing of it.
        last = None
    return Standing(bearer or (last and last.subject), bearer is not None, version or 0, last)


def stated_by_any(connection: Connection[Any], codes: Collection[str]) -> dict[str, list[Mapping[str, str]]]:
    """Code → what each source stated of it last."""
    query = "select code, stated from feed_known where code = any(%s)"
    found: dict[str, list[Mapping[str, str]]] = {}
    for code, stated in connection.execute(query, (list(codes),), prepare=True):
        found.setdefault(code, []).append(stated)
    return found


def resolved_words(connection: Connection[Any]) -> dict[str, str]:
    """Status words that persons have resolved → our status."""
    return dict(connection.execute("select word, status from feed_status").fetchall())


def write_first(cursor: Cursor[Any], source: str, as_of: date, said: Sequence[Said]) -> None:
    """Remember what was said on the day of codes that the source never named before."""
    with cursor.copy(_COPY) as rows:
        rows.set_types(["text", "date", "text", "text", "bytea", "text", "int4", "text", "text", "text", "text"])
        for item in said:
            # The binary form of jsonb is its text behind the number of that form.
            stated = "\x01" + msgspec.json.encode(item.stated).decode()
            rows.write_row((source, as_of, *item[:3], stated, *item[4:]))


def write(cursor: Cursor[Any], source: str, as_of: date, said: Sequence[Said]) -> None:
    """Remember what was said on the day, instead of what was said before."""
    if said:
        columns = [list(column) for column in zip(*said, strict=True)]
        columns[3] = [msgspec.json.encode(stated).decode() for stated in columns[3]]
        cursor.execute(_WRITE.encode(), (source, as_of, *columns), prepare=True)


def touch(cursor: Cursor[Any], source: str, as_of: date, codes: Sequence[str]) -> None:
    """Remember that the same was said of these codes on a later day."""
    if codes:
        query = "update feed_known set as_of = %s where source = %s and code = any(%s) and as_of < %s"
        cursor.execute(query, (as_of, source, list(codes), as_of), prepare=True)


def bury(cursor: Cursor[Any], source: str, gone: Sequence[tuple[Gone, int]]) -> None:
    """Remember statuses said alone, with the enterprises' versions. The next row of the source is news again."""
    query = (
        "update feed_known set status = %(status)s, digest = '', as_of = greatest(as_of, %(day)s),"
        " version = %(version)s, word = '', stated = stated || jsonb_build_object('registry_status', %(status)s::text)"
        " where source = %(source)s and code = %(code)s"
    )
    cursor.executemany(query, [{**item._asdict(), "version": version, "source": source} for item, version in gone])
