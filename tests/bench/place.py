"""An installation for measurements, with a data directory of its own that goes away afterwards."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType

import psutil

from tests.e2e.office import Office
from tests.fixtures.installation import Installation
from xianfeng.settings import Settings

__all__ = ["Place"]


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

    def serving_build(self) -> int:
        projections = self.office.operate("coverage", "Status")["projections"]
        return max((int(p["build"]) for p in projections if p["state"] == "serving"), default=0)
