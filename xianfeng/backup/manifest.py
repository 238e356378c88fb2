"""What a backup says of itself: the program and formats, the moment, the rows and the parts."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

__all__ = ["DUMP", "FILES", "FORMAT", "MANIFEST", "Log", "Manifest", "Part"]

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "postgres.dump"
# Of the data directory; all else there is made again (Kafka, logs, the local token) or is PostgreSQL's own.
FILES = ("installation.json", "secrets.json", "demonstration", "first-password", "mappings")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Part(_Frozen):
    """One entry of the file. ``sha256`` is of its ``bytes`` bytes, in hexadecimal digits."""

    name: str
    bytes: int
    sha256: str


class Log(_Frozen):
    """A service's event log at the moment of the backup: number of events, position of the last."""

    events: int
    position: int


class Manifest(_Frozen):
    """``made`` is the moment of the snapshot (UTC, ISO 8601), ``postgres`` the major version of its server.

    ``rows`` counts each table (``schema.table``) in that snapshot, ``logs`` each service's events.
    """

    format: int
    made: str
    version: str
    data_format: int
    postgres: str
    logs: Mapping[str, Log]
    rows: Mapping[str, int]
    parts: tuple[Part, ...]
