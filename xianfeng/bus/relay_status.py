"""What an operator sees of the relay: who leads, how far it is, and why it does not move."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
import psycopg
from psycopg import sql

from xianfeng.words import say

__all__ = ["RelayStatus", "StatusKeeper"]

_TOO_LONG = 5.0


@dataclass(frozen=True, slots=True)
class RelayStatus:
    """`lag_seconds` is the age of the oldest event not yet acknowledged; `stuck` is empty while it moves."""

    leading: bool
    position: int
    head: int
    oldest_waiting: str
    stuck: str


class _Time(msgspec.Struct):
    time: str = ""


class StatusKeeper:
    """Kept by the relay's loop, read by whoever asks: the positions come from the database, for stand-bys too."""

    def __init__(self, dsn: str, name: str) -> None:
        self.leading = False
        self._dsn, self._name = dsn, name
        self._since: float | None = None
        self._error = ""

    def led(self) -> None:
        self.leading, self._error = True, ""

    def sent(self, position: int) -> None:
        self._error = ""

    def interrupted(self, error: Exception) -> None:
        away = "bus.database-away" if isinstance(error, psycopg.Error) else "bus.bus-away"
        self._error = say(away, error=f"{type(error).__name__} {error}".strip())

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """The idempotent producer never gives up by itself: how long it waits has to be seen."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = None

    @property
    def stuck(self) -> str:
        waited = time.monotonic() - self._since if self._since is not None else 0.0
        if waited > _TOO_LONG:
            return say("bus.relay-waiting", seconds=int(waited))
        return self._error

    async def read(self) -> RelayStatus:
        table = sql.Identifier(f"{self._name}_events")
        query = sql.SQL(
            "select coalesce(max(tail), 0), coalesce((select max(notification_id) from {events}), 0),"
            " (select state from {events} where notification_id > (select coalesce(max(tail), 0) from relay)"
            "  order by notification_id limit 1) from relay"
        ).format(events=table)
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=5) as connection:
            row = await (await connection.execute(query)).fetchone()
        position, head, raw = row if row is not None else (0, 0, None)
        oldest = msgspec.json.decode(bytes(raw), type=_Time).time if raw is not None else ""
        return RelayStatus(self.leading, position, head, oldest, self.stuck)
