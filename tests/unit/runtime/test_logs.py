"""Logs stay small while their programs write on."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from tests.fixtures.servers import wait_until
from xianfeng.runtime.logs import keep_small, rotate


def test_a_log_is_put_aside_and_goes_on_at_its_new_end(tmp_path: Path) -> None:
    log = tmp_path / "coverage.log"
    with log.open("ab", buffering=0) as writing:
        for line in (b"first\n", b"second\n", b"third\n"):
            writing.write(line)
            assert rotate(log, limit=4)
        writing.write(b"now\n")
    assert log.read_bytes() == b"now\n"
    assert (tmp_path / "coverage.log.1").read_bytes() == b"third\n"
    assert (tmp_path / "coverage.log.2").read_bytes() == b"second\n"
    assert len(list(tmp_path.iterdir())) == 3


def test_a_small_log_and_one_that_is_not_there_stay(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"
    assert not rotate(log)
    log.write_bytes(b"few")
    assert not rotate(log, limit=3)


async def test_what_cannot_be_put_aside_does_not_end_the_watch(tmp_path: Path) -> None:
    broken, good = tmp_path / "a.log", tmp_path / "b.log"
    broken.write_bytes(b"too long")
    (tmp_path / "a.log.1").mkdir()
    (tmp_path / "a.log.2").write_bytes(b"in the way")
    good.write_bytes(b"too long")
    watch = asyncio.create_task(keep_small(tmp_path, limit=3, every=0.01))
    await asyncio.to_thread(wait_until, lambda: good.stat().st_size == 0, "rotation")
    assert not watch.done()
    watch.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watch
    with pytest.raises(OSError, match=r"a\.log"):
        rotate(broken, limit=3)
