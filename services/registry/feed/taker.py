"""`python -m services.registry.feed.taker`: takes one import in a process of its own, so that commands do not wait.

On standard input comes a pickled `Task`; each line of standard output is the number of rows taken so far. It ends
with its parent, however that dies.
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


class Task(NamedTuple):
    """Which import is to be taken, and by whom."""

    parent: int
    dsn: str
    id: str
    placer: Placer
    clock: Clock


def main() -> int:
    """Take it to its end. What stops it stands on standard error, and in the exit code."""
    try:
        task: Task = pickle.load(sys.stdin.buffer)
    except EOFError:
        # The file was not sent whole, or must wait for a person.
        return 0
    end_with_parent(task.parent)
    with resting(), Chunks(task.dsn, task.id, task.placer, task.clock) as chunks:
        while chunks.take():
            print(chunks.counts.read, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
