"""Watchers get the newest overview and nothing twice; a slow one skips, and one that left costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from proto.xianfeng.coverage.v1 import coverage_pb2 as pb
from services.coverage.watch import Watchers
from xianfeng.refusal import Refused


class Source:
    """The overviews of the test: a number that can be changed, or a refusal."""

    def __init__(self) -> None:
        self.registered = 1
        self.place = 0
        self.refusal: Refused | None = None
        self.fault: Exception | None = None
        self.fault_met = asyncio.Event()
        self.asked = 0

    async def overview(self, unit: str) -> pb.OverviewResponse:
        self.asked += 1
        await asyncio.sleep(0)
        if self.fault:
            self.fault_met.set()
            raise self.fault
        if self.refusal:
            raise self.refusal
        basis = pb.Basis(positions={0: self.place}, business_date="2022-03-01")
        return pb.OverviewResponse(figures=pb.Figures(unit=pb.Unit(id=unit), registered=self.registered), basis=basis)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
async def watchers(source: Source) -> AsyncIterator[Watchers]:
    made = Watchers(source.overview)
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def following(stream: AsyncIterator[pb.OverviewResponse]) -> pb.OverviewResponse:
    return await asyncio.wait_for(anext(stream), 5)


async def test_first_as_it_is_then_at_each_change(source: Source, watchers: Watchers) -> None:
    stream = watchers.watch("u")
    assert (await following(stream)).figures.registered == 1
    source.registered = 2
    watchers.changed()
    assert (await following(stream)).figures.registered == 2


async def test_positions_alone_are_no_news(source: Source, watchers: Watchers) -> None:
    stream = watchers.watch("u")
    await following(stream)
    source.place = 5
    watchers.changed()
    waiting = asyncio.ensure_future(anext(stream))
    asked = source.asked
    while source.asked < asked + 2:
        watchers.changed()
        await asyncio.sleep(0)
    assert not waiting.done()
    source.registered = 2
    watchers.changed()
    found = await asyncio.wait_for(waiting, 5)
    assert (found.figures.registered, found.basis.positions[0]) == (2, 5)


async def test_a_slow_watcher_skips_to_the_newest(source: Source, watchers: Watchers) -> None:
    slow, quick = watchers.watch("u"), watchers.watch("u")
    await following(slow)
    await following(quick)
    for number in (2, 3, 4):
        source.registered = number
        watchers.changed()
        assert (await following(quick)).figures.registered == number
    assert (await following(slow)).figures.registered == 4


async def test_all_watchers_of_a_unit_get_the_same_message(source: Source, watchers: Watchers) -> None:
    one, two = watchers.watch("u"), watchers.watch("u")
    assert await following(one) is await following(two)


async def test_who_leaves_is_forgotten(source: Source, watchers: Watchers) -> None:
    stream = watchers.watch("u")
    await following(stream)
    assert len(watchers) == 1
    await stream.aclose()
    assert len(watchers) == 0
    asked = source.asked
    other = watchers.watch("v")
    await following(other)
    watchers.changed()
    source.registered = 9
    await following(other)
    assert source.asked - asked <= 4


async def test_a_unit_that_is_no_more_ends_the_watching(source: Source, watchers: Watchers) -> None:
    stream = watchers.watch("u")
    await following(stream)
    source.refusal = Refused("gone", kind="unknown")
    watchers.changed()
    with pytest.raises(Refused):
        await following(stream)


async def test_a_round_that_fails_is_tried_again(source: Source, watchers: Watchers) -> None:
    stream = watchers.watch("u")
    await following(stream)
    source.fault = OSError("the database is away")
    watchers.changed()
    await asyncio.wait_for(source.fault_met.wait(), 5)
    source.fault, source.registered = None, 2
    watchers.changed()
    assert (await following(stream)).figures.registered == 2
