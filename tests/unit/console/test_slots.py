"""A reader's slot: the newest only, a word now and then, and an end that is announced."""

from __future__ import annotations

import time

from services.console.slots import BEAT, HEARTBEAT, LIFETIME, Slot, state_frame


async def test_the_newest_is_taken_and_the_whole_where_a_change_was_missed() -> None:
    slot = Slot()
    slot.put("unit", b"first ", b"whole 1 ")
    slot.put("other", b"other ", b"whole other ")
    slot.put("unit", b"second ", b"whole 2 ")
    assert await slot.take() == b"whole 2 other "
    slot.put("unit", b"third ", b"whole 3 ")
    assert await slot.take() == b"third "


async def test_a_silent_stream_is_heard_once_and_a_busy_one_is_left_alone() -> None:
    slot, now = Slot(), time.monotonic()
    slot.beat(now + HEARTBEAT / 2)
    slot.beat(now + HEARTBEAT + 1)
    slot.beat(now + HEARTBEAT + 2)
    assert await slot.take() == BEAT
    slot.put("unit", b"frame", b"frame")
    slot.beat(now + HEARTBEAT / 2)
    assert await slot.take() == b"frame"


async def test_an_old_stream_says_that_it_ends() -> None:
    slot, now = Slot(), time.monotonic()
    slot.beat(now + LIFETIME[1] + 1)
    assert slot.closed
    assert await slot.take() == state_frame("again")


async def test_a_closed_slot_keeps_nobody_waiting() -> None:
    slot = Slot()
    slot.close()
    assert await slot.take() == b""
