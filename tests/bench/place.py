"""An installation for measurements, with a data directory of its own that goes away afterwards."""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psutil

from tests.e2e.office import Office
from tests.fixtures.installation import Installation
from xianfeng.settings import Settings

__all__ = ["Place"]

_QUIET, _LOOKS = 0.2, 3


class Place:
    """Starts on entering, stops and removes its data on leaving."""

    def __init__(self, **environ: str) -> None:
        self.data = Path(tempfile.mkdtemp(prefix="xianfeng-bench-"))
        self.installation = Installation(self.data, environ)

    def __enter__(self) -> Place:
        self.installation.start()
        self.office = Office(self.settings)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.office.close()
        self.installation.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    @property
    def settings(self) -> Settings:
        return self.installation.settings

    def processes(self) -> list[psutil.Process]:
        """The supervisor and everything under it."""
        supervisor = psutil.Process(self.installation.supervisor_pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def cpu(self) -> float:
        """Seconds of processor of all processes so far; those of one that ended are its parent's `children`."""
        used = 0.0
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                used += times.user + times.system + times.children_user + times.children_system
        return used

    def until_quiet(self, seconds: float = 900) -> None:
        """Until nothing works any more: `settle` looks at coverage, and other projections and the database work on.

        Quiet is less than a fifth of a core, three seconds in a row.
        """
        deadline, quiet = time.monotonic() + seconds, 0
        while quiet < _LOOKS:
            assert time.monotonic() < deadline, f"still at work after {seconds} s"
            before = self.cpu()
            time.sleep(1.0)
            quiet = quiet + 1 if self.cpu() - before < _QUIET else 0

    def serving_build(self) -> int:
        projections = self.office.operate("coverage", "Status")["projections"]
        return max((int(p["build"]) for p in projections if p["state"] == "serving"), default=0)
