"""Python's cycle collector, at rest while much is folded.

Folding makes many objects that live on, and no cycles: looking through them again and again for some takes a quarter
to a third of its time. The collector runs again once nobody needs its rest.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["Rest", "look_seldom", "resting"]

_SECONDS = 5.0
# A round of frames to thousands of readers, or a batch of commands, makes some thousand objects that it drops at once:
# with Python's own 700 they are looked through, and now and then everything else with them, for nothing.
_MANY = 50_000

_lock = Lock()
_needing = 0


def look_seldom() -> None:
    """Let a service look for cycles only after many more objects have come than gone."""
    gc.set_threshold(_MANY, *gc.get_threshold()[1:])


@contextmanager
def resting() -> Iterator[None]:
    """Let the collector rest for one piece of work."""
    _rest()
    try:
        yield
    finally:
        _wake()


class Rest:
    """A rest that ends by itself some seconds after it was last asked for; for use on one event loop."""

    def __init__(self) -> None:
        self._ending: asyncio.TimerHandle | None = None
        self._closed = False

    def a_while(self) -> None:
        """Let the collector rest for some seconds from now; nothing once it is closed."""
        if self._closed:
            return
        if self._ending is None:
            _rest()
        else:
            self._ending.cancel()
        self._ending = asyncio.get_running_loop().call_later(_SECONDS, self.end)

    def close(self) -> None:
        """Whoever asked has stopped: nobody else would end what is still under way, or what a straggler asks for."""
        self._closed = True
        self.end()

    def end(self) -> None:
        """No rest is needed for now."""
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
            _wake()


def _rest() -> None:
    global _needing
    with _lock:
        _needing += 1
        gc.disable()


def _wake() -> None:
    global _needing
    with _lock:
        _needing -= 1
        if not _needing:
            # What came meanwhile counts as old: enabling alone would have it looked through at once.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
