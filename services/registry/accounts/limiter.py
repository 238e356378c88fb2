"""How often a login may fail: by handle and address, by handle, and by address."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from services.registry.domain.words import refuse
from xianfeng.clock import Clock

__all__ = ["LoginLimiter"]

WINDOW = timedelta(minutes=15)
# One address may not lock a handle for everybody: the handle's own limit is the widest.
LIMITS = {"both": 5, "address": 30, "handle": 50}
_KEPT = 20_000


@dataclass(slots=True)
class _Count:
    failures: int
    until: datetime


class LoginLimiter:
    """Counts failures in windows of a quarter of an hour, by the clock port. Bounded: the oldest keys go first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()

    def check(self, handle: str, address: str) -> None:
        """Raises Refused with the seconds to wait when one of the limits is reached."""
        now = self._clock.now()
        for key in _keys(handle, address):
            count = self._counts.get(key)
            # A clock set back must not lock anybody for longer than a window.
            if count is None or not timedelta() < count.until - now <= WINDOW:
                self._counts.pop(key, None)
            elif count.failures >= LIMITS[key[0]]:
                seconds = ceil((count.until - now).total_seconds())
                raise refuse("too-many-logins", field="handle", kind="unavailable", seconds=seconds)

    def failed(self, handle: str, address: str) -> None:
        until = self._clock.now() + WINDOW
        for key in _keys(handle, address):
            count = self._counts.setdefault(key, _Count(0, until))
            count.failures += 1
            self._counts.move_to_end(key)
        while len(self._counts) > _KEPT:
            self._counts.popitem(last=False)

    def succeeded(self, handle: str, address: str) -> None:
        self._counts.pop(("both", f"{handle}\x1f{address}"), None)


def _keys(handle: str, address: str) -> tuple[tuple[str, str], ...]:
    return ("both", f"{handle}\x1f{address}"), ("address", address), ("handle", handle)
