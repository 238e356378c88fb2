"""The status as people read it: clocks of Shanghai, and a dash where there is nothing yet."""

from __future__ import annotations

import pytest

from xianfeng.cli.status_view import show


def test_times_are_those_of_clocks_in_shanghai(capsys: pytest.CaptureFixture[str]) -> None:
    process = {"state": "ready", "pid": 7, "restarts": 0, "last_exit": None}
    processes = [
        {"name": "registry", "since": "2026-11-23T05:39:45.520+00:00", **process},
        {"name": "kafka", "since": None, **process},
    ]
    found = {"healthy": True, "address": "http://127.0.0.1:1", "processes": processes, "services": {}, "stuck": []}
    show(found)
    shown = capsys.readouterr().out
    assert "2026-11-23 13:39" in shown
    assert "None" not in shown
