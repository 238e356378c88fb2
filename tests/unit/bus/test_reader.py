"""An answer of a broker is unpacked from the wanted offset on, and not at all when it is damaged."""

from __future__ import annotations

import pytest
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from xianfeng.bus.headers import headers_for
from xianfeng.bus.reader import Read, unpacked


def batch(first: int, count: int) -> bytearray:
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1_000_000)
    for n in range(count):
        builder.append(n, 1_000 + first + n, b"key", b"value %d" % (first + n), headers_for(first + n + 1, first + n))
    packed = bytearray(builder.build())
    packed[:8] = first.to_bytes(8, "big")  # a broker gives the batch its place
    return packed


def test_records_of_several_batches_come_from_the_offset_on() -> None:
    found = list(unpacked(7, 2, bytes(batch(0, 4) + batch(4, 3))))
    assert [record.offset for record in found] == [2, 3, 4, 5, 6]
    assert found[0].headers == [("position", b"3"), ("after", b"2")]
    assert found[0] == Read(7, 2, 1_002, b"key", b"value 2", found[0].headers)


def test_a_batch_cut_off_at_its_end_is_left_for_the_next_answer() -> None:
    found = list(unpacked(7, 0, bytes(batch(0, 4) + batch(4, 3)[:-10])))
    assert [record.offset for record in found] == [0, 1, 2, 3]


def test_a_damaged_batch_is_refused() -> None:
    damaged = batch(0, 4)
    damaged[-1] ^= 1
    with pytest.raises(CorruptRecordException):
        list(unpacked(7, 0, bytes(damaged)))
