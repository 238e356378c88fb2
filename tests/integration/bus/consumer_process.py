"""Run the counting projection until killed: `python -m … DSN TOPIC BOOTSTRAP [freeze]`."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading

from tests.integration.bus.world import NOON, Counting
from xianfeng.bus.fetch import from_table
from xianfeng.bus.projection import Record
from xianfeng.bus.runner import ProjectionRunner
from xianfeng.clock import ManualClock

FREEZE = 666


class Freezing(Counting):
    """Stops its process between fold and write when a record says so, once."""

    def fold(self, record: Record) -> None:
        if record.data.by == FREEZE:
            # To this thread, which stops before it goes on: one sent to the process may stop another thread first.
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def main(dsn: str, topic: str, bootstrap: str, freeze: str) -> None:
    kind = Freezing if freeze else Counting
    runner = ProjectionRunner(lambda: kind(topic), dsn, [bootstrap], ManualClock(NOON), from_table(dsn, "demo"))
    asyncio.run(runner.run())


if __name__ == "__main__":
    main(*sys.argv[1:5])
