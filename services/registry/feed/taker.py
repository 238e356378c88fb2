"""`python -m services.registry.feed.taker`: takes one import in a process of its own, so that commands do not wait.

On standard input come, pickled, a `Placer` and then a `Task`; each line of standard output is the number of rows taken
so far. It ends with its parent, however that dies.
"""

from __future__ import annotations

import pickle
import sys
from typing import NamedTuple

from services.registry.feed.chunks import Chunks
from services.registry.feed.placing import Placer
from xianfeng.clock import Clock
from xianfeng.collector import resting
from xianfeng.runtime.process import end_with_parent

__all__ = ["Task", "main"]

# Whoever writes a chunk holds the log's lock: it must not wait each time for the five milliseconds that Python would
# give to the thread that decides the next one.
_SWITCH_SECONDS = 0.0001


class Task(NamedTuple):
    """Which import is to be taken, and by whom."""

    parent: int
    dsn: str
    id: str
    clock: Clock


def main() -> int:
    """Take it to its end. What stops it stands on standard error, and in the exit code."""
    try:
        placer: Placer = pickle.load(sys.stdin.buffer)
        task: Task = pickle.load(sys.stdin.buffer)
    except (EOFError, pickle.UnpicklingError):
        # The file was not sent whole, or must wait for a person, or registry is gone.
        return 0
    end_with_parent(task.parent)
    sys.setswitchinterval(_SWITCH_SECONDS)
    with resting(), Chunks(task.dsn, task.id, placer, task.clock) as chunks:
        while chunks.take():
            print(chunks.counts.read, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
