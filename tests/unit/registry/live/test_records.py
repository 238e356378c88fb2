"""Which records are news: whatever comes twice, late or out of order changes nothing newer."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.registry.live.records import Known, Record, Tally, calls, sift

DAY = date(2026, 3, 2)
CODES = ("91410800MA00000001", "91410800MA00000002", "91410800MA00000003")


def record(cursor: int, code: str = CODES[0], day: date = DAY, gone: bool = False) -> Record:
    return Record(cursor, code, {} if gone else {"code": code}, b"%d" % cursor, day, gone)


def test_older_and_equal_cursors_are_left_out() -> None:
    known = {CODES[0]: Known(5, b"", DAY, False)}
    assert sift([record(4), record(5)], known, DAY) == []
    assert sift([record(7), record(6), record(7)], known, DAY) == [record(6), record(7)]


def test_a_day_lies_neither_ahead_nor_before_the_known_one() -> None:
    known = {CODES[0]: Known(5, b"", DAY - timedelta(days=3), False)}
    early, late = record(6, day=DAY - timedelta(days=9)), record(7, day=DAY + timedelta(days=9))
    assert [found.day for found in sift([early, late], known, DAY)] == [DAY - timedelta(days=3), DAY]


def test_calls_have_one_day_and_each_enterprise_once() -> None:
    later = DAY + timedelta(days=1)
    found = [record(1), record(2, CODES[1]), record(3), record(4, CODES[1], later), record(5, CODES[2], later)]
    assert list(calls(found)) == [found[:2], found[2:3], found[3:]]
    assert list(calls([])) == []


streams = st.lists(st.tuples(st.sampled_from(CODES), st.booleans()), max_size=30)


@given(streams, st.randoms(use_true_random=False), st.integers(1, 7))
def test_any_order_and_repetition_ends_alike(stream: list[tuple[str, bool]], chance: random.Random, size: int) -> None:
    told = [record(n, code, gone=gone) for n, (code, gone) in enumerate(stream, 1)]
    newest = {item.code: item for item in told}
    mixed = [*told, *told]
    chance.shuffle(mixed)
    known: dict[str, Known] = {}
    for at in range(0, len(mixed), size):
        for item in sift(mixed[at : at + size], known, DAY):
            known[item.code] = Known(item.cursor, item.hash, item.day, item.gone)
    assert {code: (item.cursor, item.gone) for code, item in known.items()} == {
        code: (item.cursor, item.gone) for code, item in newest.items()
    }


def test_tallies_add_up() -> None:
    assert Tally(read=2, new=1).plus(Tally(read=3, events=4)) == Tally(read=5, new=1, events=4)
