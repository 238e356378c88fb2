"""The directory filled straight from the log, as its runner would over Kafka: batches, a build, places."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import psycopg

import xianfeng.bus
from services.registry.projections import DirectoryProjection
from services.registry.server import prepare_schema
from xianfeng.bus.decoder import Decoder
from xianfeng.bus.projection import Build, Record
from xianfeng.bus.topics import PARTITIONS, partition_of
from xianfeng.store.log import read

__all__ = ["Directory"]

MIGRATIONS = Path(xianfeng.bus.__file__).parent / "migrations"
BUILD = Build("directory", 1, 1, building=False, announcing=True)


class Directory:
    """`fill` takes what is new in the log at a business date; `turn` moves the business date."""

    def __init__(self, dsn: str, day: date) -> None:
        self.projection = DirectoryProjection()
        self.position = 0
        self._decoder = Decoder(self.projection.catalogue, self.projection.types)
        prepare_schema(dsn, MIGRATIONS)
        self.connection = psycopg.connect(dsn, autocommit=True)
        self.connection.execute(
            "insert into build (projection, number, version, state) values ('directory', 1, 1, 'serving')"
        )
        places = [("directory", 1, part, 0, 0, day, True) for part in range(PARTITIONS)]
        with self.connection.cursor() as cursor:
            cursor.executemany("insert into place values (%s, %s, %s, %s, %s, %s, %s)", places)
        self.projection.create(self.connection, BUILD)

    def fill(self, day: date) -> None:
        """Fold and write all events after the position, a batch for each partition."""
        records: list[Record] = []
        for row in read(self.connection, "registry", after=self.position, limit=100_000):
            self.position = row.position
            if self._decoder.concerns(row.type):
                records.append(self._decoder.read(row.raw, partition_of(row.subject)))
        self._take(records, day)

    def _take(self, records: list[Record], day: date) -> None:
        subjects = {record.subject for record in records}
        with self.connection.transaction():
            self.projection.load(self.connection, BUILD, subjects)
            for record in records:
                assert record.version == self.projection.version_of(record.subject) + 1
                self.projection.apply(record)
            self.projection.write(self.connection, BUILD, day, subjects)

    def turn(self, day: date) -> None:
        """The business date becomes this day."""
        for part in range(PARTITIONS):
            self.projection.advance(self.connection, BUILD, part, day)
        self.connection.execute("update place set day = %s", (day,))

    def row(self, subject: str, columns: str) -> tuple[Any, ...]:
        found = self.connection.execute(f"select {columns} from directory_b1 where subject = %s", (subject,)).fetchone()
        assert found is not None
        return found

    def all(self) -> list[tuple[Any, ...]]:
        return self.connection.execute("select * from directory_b1 order by subject").fetchall()
