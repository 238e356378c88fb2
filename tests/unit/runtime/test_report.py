"""Who supervises a data directory, told by a lock: asking for it is no claim to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from xianfeng.runtime.report import is_supervised, supervising

TIMES = 100


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Path]:
    """A data directory that somebody asks about all the time."""
    end = threading.Event()

    def ask() -> None:
        while not end.is_set():
            is_supervised(tmp_path)

    asking = threading.Thread(target=ask)
    asking.start()
    yield tmp_path
    end.set()
    asking.join()


def test_a_supervisor_is_told_and_keeps_another_out(tmp_path: Path) -> None:
    assert not is_supervised(tmp_path / "nowhere")
    assert not is_supervised(tmp_path)
    with supervising(tmp_path) as mine:
        assert mine
        assert is_supervised(tmp_path)
        with supervising(tmp_path) as others:
            assert not others
    assert not is_supervised(tmp_path)


def test_asking_keeps_no_supervisor_out(asked: Path) -> None:
    for _ in range(TIMES):
        with supervising(asked) as mine:
            assert mine


def test_those_who_ask_do_not_take_one_another_for_a_supervisor(asked: Path) -> None:
    assert not any(is_supervised(asked) for _ in range(TIMES))
