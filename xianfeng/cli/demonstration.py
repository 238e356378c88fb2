"""Whether ``up`` fills an empty store with the demonstration: asked for, or remembered, or by default."""

from __future__ import annotations

import os
import subprocess
import sys

from xianfeng.runtime.installation import write_private
from xianfeng.runtime.plan import PROJECT
from xianfeng.runtime.process import Command, popen_arguments
from xianfeng.settings import Settings

__all__ = ["Demonstration"]

_FILE = "demonstration"
_ON, _OFF, _DONE = "on", "off", "done"


class Demonstration:
    """The choice stands in the data directory; `XIANFENG_DEMO=off` is the choice where nothing else was said."""

    def __init__(self, settings: Settings, asked: bool | None) -> None:
        self._path = settings.data_dir / _FILE
        self._data_dir = settings.data_dir
        self._child: subprocess.Popen[bytes] | None = None
        remembered = self._path.read_text(encoding="utf-8").strip() if self._path.exists() else ""
        if asked is not None:
            remembered = _DONE if asked and remembered == _DONE else _ON if asked else _OFF
            write_private(self._path, remembered)
        self.wanted = (remembered or os.environ.get("XIANFENG_DEMO", _ON)) == _ON
        self._asked = asked is True

    def fill(self) -> None:
        """Begin to fill, beside the services that run.

        On the main thread only: the child dies with it.
        """
        argv = [sys.executable, "-m", "xianfeng.cli.app", "demo", *(() if self._asked else ("--if-empty",))]
        path = os.pathsep.join(p for p in (str(PROJECT), os.environ.get("PYTHONPATH", "")) if p)
        env = {"XIANFENG_DATA_DIR": str(self._data_dir), "PYTHONPATH": path}
        how = popen_arguments(Command(_FILE, argv, env=env, cwd=self._data_dir))
        # In the terminal's own group: Ctrl-C ends it as well, and it may write its progress there.
        self._child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, **{**how, "start_new_session": False})

    def wait(self) -> bool:
        """Until it is filled; whether all went well. From then on a start does not look again."""
        assert self._child is not None
        well = self._child.wait() == 0
        if well:
            write_private(self._path, _DONE)
        return well
