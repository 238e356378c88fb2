"""Run coverage's own projection until killed, and freeze once between fold and write.

`python -m … COVERAGE_DSN REGISTRY_DSN TOPIC BOOTSTRAP`
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Sequence

from services.coverage.projections import CoverageProjection
from services.registry.events.enterprise import EnterpriseMembersCounted
from tests.integration.registry.running import START
from xianfeng import telemetry
from xianfeng.bus.fetch import from_table
from xianfeng.bus.projection import Record
from xianfeng.bus.runner import ProjectionRunner
from xianfeng.clock import ManualClock

__all__ = ["FREEZE", "on_topic"]

FREEZE = 666
"""A count of members that nobody has: who folds it is frozen."""


def on_topic(topic: str) -> CoverageProjection:
    """Coverage's projection as it is, listening to a topic of the test's own."""
    projection = CoverageProjection(ManualClock(START))
    projection.topic = topic
    return projection


class Freezing(CoverageProjection):
    """Stops its process when it has folded the count that says so, before anything is written."""

    def apply_run(self, records: Sequence[Record]) -> None:
        super().apply_run(records)
        if any(record.type == EnterpriseMembersCounted.TYPE and record.data.formal == FREEZE for record in records):
            # To this thread, which stops before it goes on: one sent to the process may stop another thread first.
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def freezing(topic: str) -> CoverageProjection:
    projection = Freezing(ManualClock(START))
    projection.topic = topic
    return projection


def main(coverage: str, registry: str, topic: str, bootstrap: str) -> None:
    telemetry.configure("coverage")
    fetch = from_table(registry, "registry")
    runner = ProjectionRunner(lambda: freezing(topic), coverage, [bootstrap], ManualClock(START), fetch)
    asyncio.run(runner.run())


if __name__ == "__main__":
    main(*sys.argv[1:5])
