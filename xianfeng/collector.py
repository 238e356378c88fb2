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

__all__ = ["rest_a_while", "resting"]

_SECONDS = 5.0

_lock = Lock()
_needing = 0
_waking: asyncio.TimerHandle | None = None


@contextmanager
def resting() -> Iterator[None]:
    """Let the collector rest for one piece of work."""
    _rest()
    try:
        yield
    finally:
        _wake()


def rest_a_while() -> None:
    """Let it rest for some seconds from now; to be called on the process's event loop, again and again."""
    global _waking
    if _waking is None:
        _rest()
    else:
        _waking.cancel()
    _waking = asyncio.get_running_loop().call_later(_SECONDS, _over)


def _over() -> None:
    global _waking
    _waking = None
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
