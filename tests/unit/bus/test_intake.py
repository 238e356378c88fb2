"""The one rule, by examples and by a model of a topic gone wrong."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import msgspec
from aiokafka import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from xianfeng.bus.headers import chain_of, headers_for
from xianfeng.bus.intake import Intake, take
from xianfeng.bus.place import Place
from xianfeng.event import Head, encode

DAY = date(2026, 3, 2)
KINDS = frozenset({"counter.counted.v1"})


def raw(version: int, kind: str = "counter.counted.v1") -> bytes:
    return encode(
        Head(
            id="e", source="/demo", type=kind, subject="cnt-1", time="t", subjectversion=version, effective=DAY,
            actor="a", data=msgspec.Raw(b"{}"),
        )
    )  # fmt: skip


def record(offset: int, headers: list[tuple[str, bytes]], value: bytes | None) -> ConsumerRecord[Any, Any]:
    return ConsumerRecord("t", 0, offset, 1, 0, b"cnt-1", value, None, 5, 5, tuple(headers))


def topic(positions: list[int]) -> list[ConsumerRecord[Any, Any]]:
    """A partition with a whole chain."""
    chain = zip(positions, [0, *positions], strict=False)
    return [record(n, headers_for(p, after), raw(n + 1)) for n, (p, after) in enumerate(chain)]


def take_at(position: int, records: list[ConsumerRecord[Any, Any]]) -> Intake:
    return take(records, {0: Place(position, 0, DAY, True)}, {}, KINDS)


def test_takes_a_chain_and_skips_what_is_there_already() -> None:
    records = topic([3, 5, 9])
    assert [entry.position for entry in take_at(0, records).taken] == [3, 5, 9]
    assert [entry.position for entry in take_at(5, records).taken] == [9]
    assert take_at(9, records).reached == {0: Place(9, 3, DAY, True)}


def test_a_hole_moves_nothing_until_a_record_fits_again() -> None:
    records = topic([3, 5, 9])
    intake = take_at(0, [records[0], records[2]])
    assert [entry.position for entry in intake.taken] == [3]
    assert intake.behind[0].position == 9
    assert intake.reached[0] == Place(3, 1, DAY, True)
    healed = take_at(0, [records[0], records[2], records[1], records[2]])
    assert [entry.position for entry in healed.taken] == [3, 5, 9]
    assert not healed.behind


def test_what_is_not_the_stores_is_foreign_and_moves_no_place() -> None:
    fits = headers_for(7, 0)
    strays = [
        record(0, [], raw(1)),
        record(1, [("position", b"\xff"), ("after", b"0")], raw(1)),
        record(2, fits, None),
        record(3, headers_for(7, 4), b"{"),
    ]
    intake = take_at(0, strays)
    assert len(intake.foreign) == 4
    assert intake.reached == {0: Place(0, 4, DAY, True)}
    assert not intake.taken
    assert not intake.behind


def test_a_skipped_record_of_an_unknown_type_is_a_suspect() -> None:
    intake = take_at(9, [record(0, headers_for(5, 0), raw(1, "martian.landed.v1"))])
    assert [entry.position for entry in intake.suspects] == [5]


@given(st.data())
def test_any_mess_with_the_whole_chain_behind_it_takes_every_record_once(data: st.DataObject) -> None:
    positions = sorted(data.draw(st.sets(st.integers(1, 200), min_size=1, max_size=20)))
    chain = topic(positions)
    mess = data.draw(st.lists(st.sampled_from(chain), max_size=40))
    begun = data.draw(st.integers(0, len(positions)))
    place = positions[begun - 1] if begun else 0
    taken: list[int] = []
    records = [*mess, *chain]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(records)), max_size=4)) | {0, len(records)})
    for start, end in itertools.pairwise(cuts):
        intake = take_at(place, records[start:end])
        taken.extend(entry.position for entry in intake.taken)
        place = intake.reached[0].position if intake.reached else place
    assert taken == positions[begun:]
    assert place == positions[-1]


@given(st.lists(st.tuples(st.text(max_size=9), st.one_of(st.none(), st.binary(max_size=30))), max_size=4))
def test_no_headers_crash(headers: list[tuple[str, bytes | None]]) -> None:
    chain = chain_of(headers)
    assert chain is None or chain[0] > chain[1] >= 0
