"""A stretch is folded as far as it goes, and ends before the first record that is anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from aiokafka import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from xianfeng.bus.decoder import Decoder
from xianfeng.bus.headers import headers_for
from xianfeng.bus.place import Place
from xianfeng.bus.projection import Build, Record
from xianfeng.bus.stretch import Stretch, fold_stretch
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Catalogue, Data, Event, acting

CLOCK, DAY = ManualClock(datetime(2026, 3, 2, 4, tzinfo=UTC)), date(2026, 3, 2)
BUILD = Build("adding", 1, 1, building=True, announcing=False)


class Added(Data):
    TYPE = "sum.added.v1"
    amount: int


class Passed(Data):
    TYPE = "other.passed.v1"


DECODER = Decoder(Catalogue((Added, Passed), {}), frozenset({Added.TYPE}))


class Adding:
    """Sums by subject, in memory; what is 13 cannot be added."""

    def __init__(self) -> None:
        self.sums, self.versions = Counter[str](), Counter[str]()

    def load(self, conn: Any, build: Build, subjects: Collection[str]) -> None: ...

    def version_of(self, subject: str) -> int:
        return self.versions[subject]

    def apply(self, record: Record) -> None:
        self.versions[record.subject] = record.version
        self.sums[record.subject] += record.data.amount
        if record.data.amount == 13:
            raise ArithmeticError

    def apply_run(self, records: Sequence[Record]) -> None:
        for record in records:
            self.apply(record)

    def reload(self, conn: Any, build: Build, subject: str) -> None:
        del self.sums[subject], self.versions[subject]


def topic(subjects: list[str], amounts: list[int]) -> list[ConsumerRecord]:
    versions, records = Counter[str](), []
    for place, (subject, amount) in enumerate(zip(subjects, amounts, strict=True)):
        versions[subject] += 1
        with acting(Act("system:test", "run")):
            raw = Event.make(subject, versions[subject], Added(amount=amount), source="/demo", clock=CLOCK).raw
        records.append(one(place, raw, headers_for(place + 11, place + 10)))
    return records


def one(offset: int, raw: bytes | None, headers: list[tuple[str, bytes]]) -> ConsumerRecord:
    return ConsumerRecord("t", 3, offset, 1, 0, b"sum-1", raw, None, 5, 5, tuple(headers))


def stretch(records: list[ConsumerRecord], held: Collection[str] = ()) -> tuple[Stretch, Adding]:
    adding: Any = Adding()
    connection: Any = None
    return fold_stretch(connection, BUILD, adding, DECODER, records, {3: Place(10, 0, DAY, False)}, held), adding


subjects = st.lists(st.sampled_from(["sum-1", "sum-2", "sum-3"]), min_size=1, max_size=12)


@given(subjects, st.data())
def test_all_that_fits_is_folded(names: list[str], data: st.DataObject) -> None:
    amounts = [data.draw(st.integers(0, 9)) for _ in names]
    found, adding = stretch(topic(names, amounts))
    assert found.length == len(names)
    assert found.touched == {3: set(names)}
    assert found.reached == {3: Place(10 + len(names), len(names), DAY, False)}
    assert adding.sums == Counter({n: sum(a for m, a in zip(names, amounts, strict=True) if m == n) for n in names})


@given(subjects, st.data())
def test_a_failing_fold_ends_it_and_leaves_no_trace(names: list[str], data: st.DataObject) -> None:
    amounts, bad = [1] * len(names), data.draw(st.integers(0, len(names) - 1))
    amounts[bad] = 13
    found, adding = stretch(topic(names, amounts))
    assert found.length == bad
    assert adding.sums == Counter(names[:bad])
    assert adding.versions == Counter(names[:bad])


@given(subjects, st.data())
def test_what_is_held_is_passed_over(names: list[str], data: st.DataObject) -> None:
    found, adding = stretch(topic(names, [13 if name == "sum-1" else 1 for name in names]), held={"sum-1"})
    assert found.length == len(names)
    assert adding.sums == Counter(name for name in names if name != "sum-1")


GOOD = topic(["sum-1"] * 3, [1, 2, 3])
RAW = GOOD[1].value or b""


ODD = {
    "no headers": one(1, RAW, []),
    "a hole": one(1, RAW, [("position", b"12"), ("after", b"10")]),
    "a place again": one(1, RAW, [("position", b"11"), ("after", b"11")]),
    "no number": one(1, RAW, [("position", b"x"), ("after", b"11")]),
    "another order": one(1, RAW, [("after", b"11"), ("position", b"12")]),
    "one header more": one(1, RAW, [*headers_for(12, 11), ("more", b"1")]),
    "a tombstone": one(1, None, headers_for(12, 11)),
    "broken JSON": one(1, b"{", headers_for(12, 11)),
    "no UTF-8": one(1, b"\xff", headers_for(12, 11)),
    "another type": one(1, RAW.replace(b"added", b"taken"), headers_for(12, 11)),
    "a later version": one(1, RAW.replace(b'"subjectversion":2', b'"subjectversion":3'), headers_for(12, 11)),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_it_ends_before_anything_else(odd: ConsumerRecord) -> None:
    found, adding = stretch([GOOD[0], odd, GOOD[2]])
    assert (found.length, adding.sums) == (1, Counter({"sum-1": 1}))
    assert found.reached == {3: Place(11, 1, DAY, False)}


def test_another_family_passes_and_changes_nothing() -> None:
    with acting(Act("system:test", "run")):
        raw = Event.make("other-1", 1, Passed(), source="/demo", clock=CLOCK).raw
    found, adding = stretch([GOOD[0], one(1, raw, headers_for(12, 11))])
    assert (found.length, found.touched, adding.sums) == (2, {3: {"sum-1"}}, Counter({"sum-1": 1}))
