"""Claims inside one transaction: who holds a key, as the commands decided so far have it."""

from __future__ import annotations

from typing import Any

from psycopg import Cursor

__all__ = ["Claims", "Key"]

Key = tuple[str, str]


class Claims:
    """Read under the log's lock, so what the table says stays true until the commit."""

    def __init__(self, cursor: Cursor[Any]) -> None:
        self._cursor = cursor
        self._stored: dict[Key, str | None] = {}
        self._decided: dict[Key, str | None] = {}

    def holder(self, key: Key) -> str | None:
        """The subject that holds the key, by what was decided, else by the table."""
        if key in self._decided:
            return self._decided[key]
        if key not in self._stored:
            row = self._cursor.execute("select subject from claim where kind = %s and key = %s", key).fetchone()
            self._stored[key] = None if row is None else str(row[0])
        return self._stored[key]

    def decide(self, changes: dict[Key, str | None]) -> None:
        """Take over the changes of a command that was not refused; None releases a key."""
        self._decided.update(changes)

    def save(self) -> None:
        """Write what was decided since the last save."""
        changed = {key: holder for key, holder in self._decided.items() if self._stored.get(key) != holder}
        freed = [key for key in changed if self._stored.get(key) is not None]
        taken = [(*key, holder) for key, holder in changed.items() if holder is not None]
        if freed:
            self._cursor.executemany("delete from claim where kind = %s and key = %s", freed)
        if taken:
            self._cursor.executemany("insert into claim (kind, key, subject) values (%s, %s, %s)", taken)
        self._stored.update(self._decided)
        self._decided.clear()
