"""Numbered migrations: each `NNNN_name.sql` is applied once, under a lock, and never changes afterwards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection

from xianfeng.failure import StartFailure
from xianfeng.words import say

__all__ = ["Migration", "migrate", "migrations"]

_NAME = re.compile(r"^\d{4}_[a-z0-9_]+\.sql$")
_TABLE = """
create table if not exists migration (
    name text primary key, sha256 text not null, at timestamptz not null default now()
)
"""


@dataclass(frozen=True)
class Migration:
    """One file. `name` is `<room>/NNNN_name.sql`; the room is the directory above `migrations`."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations(*directories: Path) -> Iterator[Migration]:
    """The files of the directories: directory by directory, by number within each.

    Raises ValueError for a file whose name is no migration's, or two of one number.
    """
    for directory in directories:
        numbers: set[str] = set()
        for path in sorted(directory.glob("*.sql")):
            if not _NAME.match(path.name) or path.name[:4] in numbers:
                raise ValueError(f"{path.name} in {directory}: expected NNNN_name.sql, each number once")
            numbers.add(path.name[:4])
            yield Migration(f"{directory.parent.name}/{path.name}", path.read_text(encoding="utf-8"))


def migrate(connection: Connection[Any], name: str, *directories: Path) -> list[str]:
    """Bring the schema of the connection's search path up to date; the names of what was applied now.

    All in one transaction. `{name}` in a file stands for the service's name. Raises StartFailure when a file that was
    applied has changed since.
    """
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext('migrate'), hashtext(current_schema()))")
        connection.execute(_TABLE)
        applied = dict(connection.execute("select name, sha256 from migration").fetchall())
        wanted = list(migrations(*directories))
        for migration in wanted:
            _refuse_changed(migration, applied.get(migration.name))
        fresh = [migration for migration in wanted if migration.name not in applied]
        for migration in fresh:
            _apply(connection, name, migration)
    return [migration.name for migration in fresh]


def _refuse_changed(migration: Migration, sha256: str | None) -> None:
    if sha256 is not None and sha256 != migration.sha256:
        raise StartFailure(say("store.migration-changed", name=migration.name))


def _apply(connection: Connection[Any], name: str, migration: Migration) -> None:
    connection.execute(migration.text.replace("{name}", name).encode())
    connection.execute("insert into migration (name, sha256) values (%s, %s)", (migration.name, migration.sha256))
