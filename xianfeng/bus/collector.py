"""Python's cycle collector, at rest while much is folded.

Folding makes millions of objects that live on, and no cycles: looking through them again and again for some takes a
quarter of a rebuild's time.
"""

from __future__ import annotations

import asyncio
import gc

__all__ = ["rest"]

_SECONDS = 5.0

_waking: asyncio.TimerHandle | None = None


def rest() -> None:
    """Let the collector rest for some seconds from now; to be called on the process's event loop."""
    global _waking
    gc.disable()
    if _waking is not None:
        _waking.cancel()
    _waking = asyncio.get_running_loop().call_later(_SECONDS, _wake)


def _wake() -> None:
    # What came meanwhile counts as old: enabling alone would have it looked through at once.
    gc.freeze()
    gc.unfreeze()
    gc.enable()
