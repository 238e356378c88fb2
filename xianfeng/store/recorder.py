"""The adapter on `eventsourcing`: its PostgreSQL recorder over our connection settings, and a mapper of our bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.utils import strtobool
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from xianfeng.event import Catalogue, Event
from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["EventMapper", "Recorder", "open_recorder"]

# A process that freezes inside a transaction holds every writer up: the server ends it after this many seconds.
_IDLE_IN_TRANSACTION = 20.0


class EventMapper(Mapper[str]):
    """Stores an event's own bytes; the topic is its published type name."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        event: Event = domain_event
        return StoredEvent(event.originator_id, event.originator_version, event.type, event.raw)

    def to_domain_event(self, stored_event: StoredEvent) -> Event:
        """The event of the stored bytes. Raises ValueError when row and bytes disagree."""
        event = self.catalogue.load(stored_event.state)
        row = (stored_event.originator_id, stored_event.originator_version)
        if (event.originator_id, event.originator_version) != row:
            raise ValueError(
                f"the row of {row[0]} version {row[1]} holds the bytes of {event.originator_id} version "
                f"{event.originator_version}: the event table was written by something else"
            )
        return event


class Datastore(PostgresDatastore):
    """The library's pool over one libpq conninfo, whatever it says (search path, application name, TLS)."""

    def __init__(self, dsn: str, schema: str, *, size: int = 1, overflow: int = 2) -> None:
        given = {key: value for key, value in conninfo_to_dict(dsn).items() if value is not None}
        super().__init__(
            dbname="", host="", port="", user="", password="", schema=schema, originator_id_type="text",
            pool_size=size, max_overflow=overflow, idle_in_transaction_session_timeout=_IDLE_IN_TRANSACTION,
        )  # fmt: skip
        assert isinstance(self.pool.kwargs, dict)
        for key in ("dbname", "host", "port", "user", "password"):
            del self.pool.kwargs[key]
        self.pool.kwargs.update(given)


class Recorder(PostgresApplicationRecorder):
    """The library's recorder, opened up: a caller may hold its lock, read, decide and insert in one transaction."""

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self.table = Identifier(datastore.schema, events_table_name)
        self.log = self.table.as_string()
        self._lock = SQL("lock table {} in exclusive mode").format(self.table).as_bytes()
        self._notify = SQL("notify {}").format(Identifier(self.channel_name)).as_bytes()
        # Arrays of the columns: four times quicker to write than the library's array of composites.
        insert = SQL(
            "insert into {} (originator_id, originator_version, topic, state)"
            " select * from unnest(%b::text[], %b::int8[], %b::text[], %b::bytea[]) returning notification_id"
        )
        self._insert = insert.format(self.table).as_bytes()
        select = SQL(
            "select originator_id, originator_version, topic, state from {} where originator_id = %s"
            " order by originator_version"
        )
        self._select = select.format(self.table).as_bytes()
        many = SQL(
            "select originator_id, originator_version, topic, state from {} where originator_id = any(%s)"
            " order by originator_id, originator_version"
        )
        versions = SQL("select originator_id, max(originator_version) from {} where originator_id = any(%s) group by 1")
        self._versions = versions.format(self.table).as_bytes()
        self._select_many = many.format(self.table).as_bytes()
        news = SQL("select notification_id, originator_id from {} where notification_id > %s order by 1 limit %s")
        self.select_news = news.format(self.table).as_bytes()

    @contextmanager
    def locked(self) -> Iterator[Connection[Any]]:
        """A transaction that holds the log's lock; it commits when the block ends well.

        Nobody else inserts meanwhile, so what is read inside stays true until the commit. In pipeline mode: a
        statement whose rows nobody fetches costs no round trip of its own, and its error comes with the next fetch.
        """
        with self.datastore.get_connection() as connection, connection.pipeline(), connection.transaction():
            connection.execute(self._lock, prepare=True)
            yield connection

    def select_with(self, cursor: Cursor[tuple[Any, ...]], subject: str) -> list[StoredEvent]:
        """A subject's stored events, oldest first, read on the caller's connection."""
        rows = cursor.execute(self._select, (subject,), binary=True, prepare=True).fetchall()
        return [StoredEvent(*row) for row in rows]

    def select_many(self, cursor: Cursor[tuple[Any, ...]], subjects: Sequence[str]) -> list[StoredEvent]:
        """The stored events of several subjects, each subject's together and oldest first."""
        rows = cursor.execute(self._select_many, (list(subjects),), binary=True, prepare=True).fetchall()
        return [StoredEvent(*row) for row in rows]

    def versions(self, cursor: Cursor[tuple[Any, ...]], subjects: Sequence[str]) -> dict[str, int]:
        """Subject → the version of its last event."""
        return {row[0]: row[1] for row in cursor.execute(self._versions, (list(subjects),), prepare=True).fetchall()}

    def insert(self, cursor: Cursor[tuple[Any, ...]], stored: Sequence[StoredEvent]) -> None:
        """Insert events in order, inside `locked`, and wake the listeners. The cursor's rows are the positions."""
        columns = (
            [event.originator_id for event in stored],
            [event.originator_version for event in stored],
            [event.topic for event in stored],
            [event.state for event in stored],
        )
        cursor.connection.execute(self._notify, prepare=True)
        cursor.execute(self._insert, columns, prepare=True)


def open_recorder(dsn: str, name: str) -> Recorder:
    """The recorder of a service's log, whose tables `migrate` has made, in the first schema of the search path.

    Raises StartFailure for a setting under which the library takes no lock.
    """
    if strtobool(os.environ.get("POSTGRES_ENABLE_DB_FUNCTIONS") or "no"):
        raise StartFailure(say("store.db-functions-refused"))
    with Connection.connect(dsn) as connection:
        row = connection.execute("select current_schema()").fetchone()
    schema = str(row[0]) if row else "public"
    return Recorder(Datastore(dsn, schema), events_table_name=f"{name}_events")
