"""The cycle collector runs again once nobody needs its rest, and not before."""

from __future__ import annotations

import gc
from threading import Event, Thread

from xianfeng.collector import Rest, resting


def test_one_that_ends_does_not_wake_it_for_another() -> None:
    begun, end = Event(), Event()

    def long() -> None:
        with resting():
            begun.set()
            end.wait(10)

    other = Thread(target=long)
    other.start()
    assert begun.wait(10)
    with resting():
        assert not gc.isenabled()
    assert not gc.isenabled()
    end.set()
    other.join(10)
    assert gc.isenabled()


async def test_a_rest_that_is_ended_leaves_nothing_at_rest() -> None:
    rest = Rest()
    rest.a_while()
    rest.a_while()
    assert not gc.isenabled()
    rest.end()
    assert gc.isenabled()
    rest.end()
    assert gc.isenabled()


async def test_once_it_is_closed_no_straggler_begins_another() -> None:
    rest = Rest()
    rest.a_while()
    rest.close()
    assert gc.isenabled()
    rest.a_while()
    assert gc.isenabled()
