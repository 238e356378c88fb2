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
from xianfeng.clock import ManualClock
from xianfeng.event import Act, Catalogue, Data, Event, UnknownType, acting

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


inners = st.builds(Inner, day=st.dates(), note=st.text(max_size=9))


@given(st.builds(Whole, kind=st.sampled_from(["a", "b"]), count=st.none() | st.integers(0, 9), inner=st.none() | inners,
                 many=st.lists(inners, max_size=3).map(tuple)))  # fmt: skip
def test_reads_what_the_model_wrote(data: Whole) -> None:
    made = event(data)
    record = DECODER.read(made.raw, 7, 2)
    assert msgspec.to_builtins(record.data) == msgspec.to_builtins(msgspec.convert(data.model_dump(), struct_of(Whole)))
    assert (record.position, record.partition, record.version, record.id) == (7, 2, 4, made.id)
    assert (record.effective, record.correlation) == (date(2026, 3, 2), "run-1")


def test_an_older_version_comes_as_the_newest() -> None:
    raw = event(Whole(kind="a")).raw.replace(b"thing.seen.v2", b"thing.seen.v1").replace(b'"kind"', b'"sort"')
    record = DECODER.read(raw, 1, 0)
    assert (record.type, record.data.kind) == ("thing.seen.v2", "a")


def test_other_types_of_a_family_only_move_the_version() -> None:
    assert DECODER.read(event(Other()).raw, 1, 0).data is None
    assert DECODER.concerns("thing.passed.v1")
    assert not DECODER.concerns("other.seen.v1")


def test_refuses_what_is_not_published() -> None:
    good = event(Whole(kind="a")).raw
    with pytest.raises(UnknownType):
        DECODER.read(good.replace(b"seen.v2", b"seen.v9"), 1, 0)
    with pytest.raises(msgspec.ValidationError):
        DECODER.read(good.replace(b'"kind":"a"', b'"kind":"z"'), 1, 0)
    with pytest.raises(msgspec.ValidationError):
        DECODER.read(good.replace(b'"kind":"a"', b'"kind":"a","more":1'), 1, 0)


def test_every_published_model_has_its_struct() -> None:
    for model in CATALOGUE.models.values():
        assert struct_of(model).__struct_fields__ is not None
