"""The event: one CloudEvents 1.0 JSON document, one string of bytes for ever.

The bytes are made once, where the fact is decided; store, bus and event log API carry the same bytes. Reading
never changes them: an older version is upcast in memory. `Data` is the payload's base model; `Catalogue`
knows a service's published types and how older versions become newer ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, NamedTuple

import msgspec
import uuid_utils
from pydantic import BaseModel, ConfigDict

from xianfeng.clock import Clock, day_of

__all__ = [
    "Act", "Catalogue", "Data", "Event", "Head", "Moment", "UnknownType", "acting", "current_act", "decode_head",
    "derived_id", "encode", "new_id", "published", "subject_id",
]  # fmt: skip

_SUBJECTS = uuid_utils.UUID("6f0e3f7e-0a57-5c6e-9d5b-5d0c2b7a3d11")


class UnknownType(ValueError):
    """A type that the catalogue does not publish."""


class Data(BaseModel):
    """Payload of an event. Optional fields that are absent mean "not stated", never zero."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    TYPE: ClassVar[str]


def published(namespace: Mapping[str, Any]) -> tuple[type[Data], ...]:
    """The event models that a module defines, in order: each class of `Data` with a TYPE of its own."""
    return tuple(m for m in namespace.values() if isinstance(m, type) and issubclass(m, Data) and "TYPE" in vars(m))


class Head(msgspec.Struct, gc=False):
    """The attributes of an event's envelope, as decoded from its bytes; `data` stays undecoded."""

    id: str
    source: str
    type: str
    subject: str
    time: str
    subjectversion: int
    effective: date
    actor: str
    data: msgspec.Raw
    correlationid: str = ""
    causationid: str = ""
    specversion: str = "1.0"
    datacontenttype: str = "application/json"


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, in which run of causes. `effective` is the day from which its facts are true."""

    actor: str
    correlation: str
    causation: str = ""
    effective: date | None = None


_act: ContextVar[Act] = ContextVar("act")


def current_act() -> Act:
    """The act under way. Raises LookupError outside `acting`: no event without an actor."""
    return _act.get()


@contextmanager
def acting(act: Act) -> Iterator[Act]:
    """Everything decided inside bears this actor, correlation and effective day."""
    token = _act.set(act)
    try:
        yield act
    finally:
        _act.reset(token)


class Moment(NamedTuple):
    """When something is recorded: the instant, its stamp, and the same in nanoseconds. Many events may share one."""

    instant: datetime
    stamp: str
    nanoseconds: int

    @classmethod
    def of(cls, clock: Clock) -> Moment:
        """The clock's present."""
        now = clock.now()
        # 27 characters, always, so that a stamp can be replaced in place.
        stamp = f"{now.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"
        return cls(now, stamp, int(now.timestamp() * 1_000_000) * 1_000)

    def new_id(self) -> str:
        """A UUIDv7 of the moment, each time another."""
        return str(uuid_utils.uuid7(nanoseconds=self.nanoseconds))


def new_id(clock: Clock | None = None) -> str:
    """A UUIDv7, stamped by the clock port when one is given."""
    return str(uuid_utils.uuid7()) if clock is None else Moment.of(clock).new_id()


def derived_id(*parts: str) -> str:
    """The same id for the same parts: command ids of policies and adapters (a repeat does nothing new)."""
    return str(uuid_utils.uuid5(_SUBJECTS, "\x1f".join(parts)))


def subject_id(prefix: str, *parts: str) -> str:
    """An opaque subject id, `prefix-` + uuid5 of what was seen first. Nothing may parse it."""
    return f"{prefix}-{uuid_utils.uuid5(_SUBJECTS, chr(31).join((prefix, *parts)))}"


@dataclass(slots=True, eq=False)
class Event:
    """One recorded fact. `originator_id` and `originator_version` are the store's names for subject and version."""

    originator_id: str
    originator_version: int
    type: str
    data: Data
    id: str
    source: str
    time: str
    effective: date
    actor: str
    correlation: str
    causation: str
    raw: bytes

    @classmethod
    def make(
        cls, subject: str, version: int, data: Data, *, source: str, clock: Clock, at: Moment | None = None
    ) -> Event:
        """Make the event of the current act; its bytes are final. `effective` defaults to the clock's day.

        `at`: the moment that it shares with others; by default the clock's present.
        """
        act, moment = current_act(), at or Moment.of(clock)
        head = Head(
            id=moment.new_id(), source=source, type=data.TYPE, subject=subject, time=moment.stamp,
            subjectversion=version, effective=act.effective or day_of(moment.instant), actor=act.actor,
            correlationid=act.correlation, causationid=act.causation, data=msgspec.Raw(_payload(data)),
        )  # fmt: skip
        return cls._of(head, data, encode(head))

    @classmethod
    def _of(cls, head: Head, data: Data, raw: bytes) -> Event:
        return cls(
            head.subject, head.subjectversion, head.type, data, head.id, head.source, head.time,
            head.effective, head.actor, head.correlationid, head.causationid, raw,
        )  # fmt: skip


def _payload(data: Data) -> bytes:
    return data.__pydantic_serializer__.to_json(data, exclude_none=True)


_head_encoder = msgspec.json.Encoder()
_head_decoder = msgspec.json.Decoder(Head)


class _Wire(msgspec.Struct, gc=False):
    """The attributes in the order in which they are written; those that are empty are left out."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    subjectversion: int
    effective: date
    actor: str | msgspec.UnsetType
    correlationid: str | msgspec.UnsetType
    causationid: str | msgspec.UnsetType
    data: msgspec.Raw


def encode(head: Head) -> bytes:
    """The bytes of an event: envelope attributes in CloudEvents' JSON format, `data` last."""
    return _head_encoder.encode(
        _Wire(
            head.specversion, head.id, head.source, head.type, head.subject, head.time, head.datacontenttype,
            head.subjectversion, head.effective, head.actor or msgspec.UNSET, head.correlationid or msgspec.UNSET,
            head.causationid or msgspec.UNSET, head.data,
        )
    )  # fmt: skip


def decode_head(raw: bytes) -> Head:
    """The envelope of these bytes. Raises msgspec.DecodeError / ValidationError when they are no event."""
    return _head_decoder.decode(raw)


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class Catalogue:
    """The published types of one service and its upcasters: (old type) → (newer type, change of the data)."""

    def __init__(self, models: Iterable[type[Data]], upcasters: Mapping[str, tuple[str, Upcaster]] | None = None):
        self.models: dict[str, type[Data]] = {model.TYPE: model for model in models}
        self.upcasters = dict(upcasters or {})

    def load(self, raw: bytes) -> Event:
        """The event of these bytes, validated, at its newest version; `raw` stays as stored.

        Raises UnknownType, or pydantic.ValidationError naming the field.
        """
        head = decode_head(raw)
        kind, data = head.type, bytes(head.data)
        while kind in self.upcasters:
            kind, change = self.upcasters[kind]
            data = msgspec.json.encode(change(msgspec.json.decode(data)))
        model = self.models.get(kind)
        if model is None:
            raise UnknownType(f"{head.type} of {head.subject} version {head.subjectversion} is not in the catalogue")
        event = Event._of(head, model.model_validate_json(data), raw)
        event.type = kind
        return event
