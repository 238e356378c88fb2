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

__all__ = ["Rest", "resting"]

_SECONDS = 5.0

_lock = Lock()
_needing = 0


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

    def a_while(self) -> None:
        """Let the collector rest for some seconds from now."""
        if self._ending is None:
            _rest()
        else:
            self._ending.cancel()
        self._ending = asyncio.get_running_loop().call_later(_SECONDS, self.end)

    def end(self) -> None:
        """Whoever asked has stopped: nobody else would end what is still under way."""
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
