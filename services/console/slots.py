"""What waits for one reader of live numbers: the newest of each unit, and when the stream has said enough."""

from __future__ import annotations

import asyncio
import random
import time

__all__ = ["BEAT", "Slot", "state_frame"]

HEARTBEAT = 15.0
BEAT = b"event: beat\ndata:\n\n"
"""Said when there is nothing to say. An event, for a page never hears of a comment; it has a watch on silence."""
# A stream ends now and then, so that an account that was closed does not read on; not all of them at once.
LIFETIME = (480.0, 720.0)


def state_frame(state: str) -> bytes:
    """Tell a page how its stream is: ``live``, ``stalled`` (numbers may be old), ``login``, or come ``again``."""
    return f"event: state\ndata: {state}\n\n".encode()


class Slot:
    """One client: the newest frame of each unit it watches, and the newest state."""

    def __init__(self) -> None:
        self._newest: dict[str, bytes] = {}
        self._waiting: asyncio.Future[None] | None = None
        self._told = time.monotonic()
        self._ends = self._told + random.uniform(*LIFETIME)
        self.closed = False

    def put(self, key: str, change: bytes, whole: bytes) -> None:
        """Put in what changed, or the whole where an earlier change was not taken yet."""
        self._newest[key] = whole if key in self._newest else change
        self._wake()

    def beat(self, now: float) -> None:
        """Be heard if the stream was silent for long; end it when its time is over. ``now``: monotonic seconds."""
        if now >= self._ends:
            again = state_frame("again")
            self.put("state", again, again)
            self.close()
        elif now - self._told >= HEARTBEAT:
            self.put("beat", BEAT, BEAT)

    def close(self) -> None:
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def take(self) -> bytes:
        """Wait for frames and empty the slot; empty bytes when it was closed meanwhile."""
        if not (self._newest or self.closed):
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        taken, self._newest = b"".join(self._newest.values()), {}
        self._told = time.monotonic()
        return taken
