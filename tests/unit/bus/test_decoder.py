"""Structs derived from models read what the models wrote."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from services.registry.events import CATALOGUE
from xianfeng.bus.decoder import Decoder, struct_of
from xianfeng.bus.projection import Record
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Catalogue, Data, Event, UnknownType, acting, decode_head

CLOCK = ManualClock(datetime(2026, 3, 2, tzinfo=UTC))


class Inner(Data):
    day: date
    note: Annotated[str, Field(max_length=9)] = "-"


class Whole(Data):
    TYPE = "thing.seen.v2"
    kind: Literal["a", "b"]
    count: Annotated[int, Field(ge=0)] | None = None
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()


class Other(Data):
    TYPE = "thing.passed.v1"


def older(data: dict[str, Any]) -> dict[str, Any]:
    return {"kind": data["sort"]}


DECODER = Decoder(Catalogue((Whole, Other), {"thing.seen.v1": ("thing.seen.v2", older)}), frozenset({"thing.seen.v2"}))


def event(data: Data) -> Event:
    with acting(Act("system:test", "run-1")):
        return Event.make("thing-1", 4, data, source="/demo", clock=CLOCK)


def at_length(raw: bytes, partition: int = 0) -> Record:
    """By the envelope first, as a record is read that may be poison."""
    return DECODER.record(decode_head(raw), partition)


inners = st.builds(Inner, day=st.dates(), note=st.text(max_size=9))


@given(st.builds(Whole, kind=st.sampled_from(["a", "b"]), count=st.none() | st.integers(0, 9), inner=st.none() | inners,
                 many=st.lists(inners, max_size=3).map(tuple)))  # fmt: skip
def test_reads_what_the_model_wrote(data: Whole) -> None:
    made = event(data)
    told = msgspec.to_builtins(msgspec.convert(data.model_dump(), struct_of(Whole)))
    for record in (DECODER.read(made.raw, 2), at_length(made.raw, 2)):
        assert msgspec.to_builtins(record.data) == told
        assert (record.partition, record.subject, record.version, record.id) == (2, "thing-1", 4, made.id)
        assert (record.type, record.effective, record.correlation) == (Whole.TYPE, date(2026, 3, 2), "run-1")


def test_an_older_version_comes_as_the_newest() -> None:
    raw = event(Whole(kind="a")).raw.replace(b"thing.seen.v2", b"thing.seen.v1").replace(b'"kind"', b'"sort"')
    for record in (DECODER.read(raw, 0), at_length(raw)):
        assert (record.type, record.data.kind) == ("thing.seen.v2", "a")


def test_other_types_of_a_family_only_move_the_version() -> None:
    for record in (DECODER.read(event(Other()).raw, 0), at_length(event(Other()).raw)):
        assert (record.type, record.version, record.data) == (Other.TYPE, 4, None)
    assert DECODER.concerns("thing.passed.v1")
    assert not DECODER.concerns("other.seen.v1")


def test_refuses_what_is_not_published() -> None:
    good = event(Whole(kind="a")).raw
    with pytest.raises(UnknownType):
        DECODER.read(good.replace(b"seen.v2", b"seen.v9"), 0)
    with pytest.raises(msgspec.ValidationError):
        DECODER.read(good.replace(b'"kind":"a"', b'"kind":"z"'), 0)
    with pytest.raises(msgspec.ValidationError):
        DECODER.read(good.replace(b'"kind":"a"', b'"kind":"a","more":1'), 0)


def test_every_published_model_has_its_struct() -> None:
    for model in CATALOGUE.models.values():
        assert struct_of(model).__struct_fields__ is not None


def test_many_are_read_up_to_the_first_that_is_no_event() -> None:
    new = event(Whole(kind="a")).raw
    old = new.replace(b"thing.seen.v2", b"thing.seen.v1").replace(b'"kind"', b'"sort"')
    assert [record.data.kind for record in DECODER.read_all([new, old, new])] == ["a"] * 3
    for odd in (b"{", b"\xff", new.replace(b"thing.seen.v2", b"thing.lost.v1")):
        assert len(DECODER.read_all([new, old, odd, new])) == 2


def test_many_more_than_are_read_at_once() -> None:
    raws = [event(Whole(kind="a", count=n)).raw for n in range(2_500)]
    assert [record.data.count for record in DECODER.read_all(raws)] == list(range(2_500))
    raws[1_500] = b""
    assert len(DECODER.read_all(raws)) == 1_500
