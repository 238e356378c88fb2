"""From bytes to batches: lines of any cut, nonsense among them, and how long to wait after a failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import date
from itertools import islice, pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.live.backoff import Backoff
from services.registry.live.batches import batches
from services.registry.live.keeping import keep
from services.registry.live.lines import LONGEST, LineTooLong, lines
from services.registry.live.records import Fault, Record
from services.registry.live.wire import Beginning, End, Heartbeat, LineReader
from tests.e2e.office import codes

CODE, OTHER = islice(codes(11), 2)
DATA = {"企业名称": "某物业服务有限公司", "统一社会信用代码": CODE, "登记状态": "存续", "法定代表人": "不应读取"}


async def given_in(items: Iterable[Any]) -> AsyncIterator[Any]:
    for item in items:
        await asyncio.sleep(0)
        yield item


async def all_of(items: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in items]


@given(st.lists(st.binary(max_size=5).filter(lambda line: b"\n" not in line and b"\r" not in line)), st.data())
def test_lines_however_they_were_cut(whole: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\r\n" for line in whole) + b"unfinished"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)))))
    pieces = [stream[a:b] for a, b in pairwise([0, *cuts, len(stream)])]
    assert asyncio.run(all_of(lines(given_in(pieces)))) == whole


async def test_a_line_without_end_fills_no_memory() -> None:
    with pytest.raises(LineTooLong):
        await all_of(lines(given_in([b"x" * 50_000] * (LONGEST // 50_000 + 2))))


async def test_batches_are_bounded_in_size_and_time() -> None:
    assert [len(batch) async for batch in batches(given_in(range(1_001)), 500, 9.0)] == [500, 500, 1]

    async def slow() -> AsyncIterator[int]:
        yield 1
        await asyncio.Event().wait()

    found = batches(slow(), 500, 0.01)
    assert await anext(found) == [1]
    await found.aclose()


async def test_what_was_read_before_a_failure_is_not_lost() -> None:
    async def broken() -> AsyncIterator[int]:
        yield 1
        raise OSError("gone")

    found = batches(broken(), 500, 9.0)
    assert await anext(found) == [1]
    with pytest.raises(OSError, match="gone"):
        await anext(found)


async def test_a_slow_taker_stops_the_reading() -> None:
    read = 0

    async def endless() -> AsyncIterator[int]:
        nonlocal read
        while True:
            read += 1
            yield read

    found = batches(endless(), 10, 9.0)
    await anext(found)
    await asyncio.sleep(0)
    before = read
    await asyncio.sleep(0.01)
    assert read <= max(before, 10) + 11
    await found.aclose()


def line(**fields: Any) -> bytes:
    return msgspec.json.encode(fields)


def event(timepoint: int, kind: str = "changed") -> dict[str, Any]:
    return {"timepoint": timepoint, "published_at": "2026-03-01T23:30:00+00:00", "type": kind}


def test_a_record_a_tombstone_and_a_heartbeat() -> None:
    reader = LineReader(keep)
    changed = reader.read(line(resource_id=CODE, data=DATA, event=event(7)))
    assert isinstance(changed, Record)
    assert (changed.cursor, changed.code, changed.day, changed.gone) == (7, CODE, date(2026, 3, 2), False)
    assert changed.columns == {"code": CODE, "name": "某物业服务有限公司", "status": "active"}
    deleted = reader.read(line(resource_id=CODE, event=event(8, "deleted")))
    assert deleted == Record(8, CODE, {}, b"", date(2026, 3, 2), gone=True)
    assert reader.read(b"  ") == Heartbeat()


def test_nonsense_is_a_fault_where_it_stood() -> None:
    reader = LineReader(keep, after=4)
    faults = [
        reader.read(b"{"),
        reader.read(b"[]"),
        reader.read(line(resource_id=CODE, data=DATA)),
        reader.read(line(resource_id=CODE, data=DATA, event={"timepoint": 9, "published_at": "2026-02-30"})),
        reader.read(line(resource_id="x", event=event(10, "deleted"))),
        reader.read(line(resource_id=OTHER, data=DATA, event=event(11))),
        reader.read(line(resource_id=CODE, data={**DATA, "企业名称": None}, event=event(12))),
    ]
    assert [type(fault) for fault in faults] == [Fault] * 7
    assert [fault.cursor for fault in faults if isinstance(fault, Fault)] == [4, 4, 4, 9, 10, 11, 12]
    assert faults[-1] == Fault(12, CODE, "名称", faults[-1].reason)
    assert not any("不应读取" in str(fault) for fault in faults)


def test_a_snapshots_records_bear_its_cursor_and_day() -> None:
    reader = LineReader(keep)
    assert reader.read(line(snapshot={"timepoint": 20, "published_at": "2026-03-02"})) == Beginning(
        20, date(2026, 3, 2)
    )
    found = reader.read(line(resource_id=CODE, data=DATA))
    assert isinstance(found, Record)
    assert (found.cursor, found.day) == (20, date(2026, 3, 2))
    gone = reader.read(line(resource_id=OTHER, event={"published_at": "2026-01-05", "type": "deleted"}))
    assert gone == Record(20, OTHER, {}, b"", date(2026, 1, 5), gone=True)
    assert reader.read(line(end={"records": 2})) == End(2)


def test_waits_grow_differ_and_begin_again() -> None:
    least, most = Backoff(1, 8, lambda: 0.0), Backoff(1, 8, lambda: 1.0)
    assert [least.wait() for _ in range(5)] == [0.5, 1, 2, 4, 4]
    assert [most.wait() for _ in range(5)] == [1, 2, 4, 8, 8]
    most.reset()
    assert most.wait() == 1
