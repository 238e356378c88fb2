"""The clock port: the one source of every time and day.

`XIANFENG_CLOCK` chooses what stands behind it:

* empty: the machine's clock;
* `file:PATH`: the instant written in that file (ISO 8601 with offset), for all processes at once and until
  the file changes: how tests and the demonstration move time;
* `+90d`, `-3h`, `+5m`, `+10s`: the machine's clock, shifted.

Days are days of Asia/Shanghai; instants are UTC.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

__all__ = [
    "SHANGHAI",
    "Clock",
    "FileClock",
    "ManualClock",
    "ShiftedClock",
    "SystemClock",
    "clock_from",
    "day_of",
    "minute_of",
]

SHANGHAI = ZoneInfo("Asia/Shanghai")
_SHIFT = re.compile(r"^([+-]\d+)([dhms])$")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """The present day in Asia/Shanghai."""
        ...


def day_of(instant: datetime) -> date:
    """The day of an instant in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def minute_of(instant: str) -> str:
    """An instant (ISO 8601 with offset) to the minute, as clocks in Shanghai show it."""
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


class _Days:
    def now(self) -> datetime:
        raise NotImplementedError

    def today(self) -> date:
        return day_of(self.now())


class SystemClock(_Days):
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class ShiftedClock(_Days):
    shift: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


@dataclass
class ManualClock(_Days):
    """A clock that stands still until it is set; for tests and the demonstration."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def set(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)


@dataclass
class FileClock(_Days):
    """Reads its instant from a file, again whenever the file changed."""

    path: Path
    _seen: tuple[int, int] = (0, 0)
    _instant: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        stat = os.stat(self.path)
        if (stat.st_mtime_ns, stat.st_ino) != self._seen:
            self._instant = datetime.fromisoformat(self.path.read_text().strip()).astimezone(UTC)
            self._seen = (stat.st_mtime_ns, stat.st_ino)
        return self._instant


def clock_from(spec: str | None) -> Clock:
    """The clock that a specification names (see the module's text).

    Raises ValueError when it names none.
    """
    if not spec:
        return SystemClock()
    if spec.startswith("file:"):
        return FileClock(Path(spec.removeprefix("file:")))
    if shift := _SHIFT.match(spec):
        return ShiftedClock(timedelta(**{_UNITS[shift[2]]: int(shift[1])}))
    raise ValueError(f"XIANFENG_CLOCK={spec!r}: expected file:PATH or a shift such as +90d")
