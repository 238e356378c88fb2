"""A subject's time line: every fact in the order in which it was told, also those that were never true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from proto.xianfeng.registry.v1 import queries_pb2 as pb
from services.registry.events.base import FactVoidedBase
from services.registry.events.labels import event_label
from services.registry.queries.shown import Names, data_in_words
from xianfeng.event import Event, decode_head

__all__ = ["data_of", "lines"]


def lines(events: Sequence[Event], after_version: int, limit: int, names: Names) -> list[pb.Line]:
    """The lines after a version, at most `limit`."""
    voided = {event.data.event for event in events if isinstance(event.data, FactVoidedBase)}
    corrected = {fix.event for event in events if (fix := getattr(event.data, "correction", None))}
    wanted = [event for event in events if event.originator_version > after_version][:limit]
    return [_line(event, event.id in voided | corrected, names) for event in wanted]


def data_of(event: Event) -> dict[str, Any]:
    """The payload as it was told: plain values by field."""
    return dict(msgspec.json.decode(decode_head(event.raw).data))


def _line(event: Event, voided: bool, names: Names) -> pb.Line:
    data = data_of(event)
    return pb.Line(
        version=event.originator_version, event=event.id, type=event.type, label=event_label(event.type),
        shown=data_in_words(data, names), effective=event.effective.isoformat(), recorded=event.time,
        actor=event.actor, correlation=event.correlation, voided=voided, data=ParseDict(data, Struct()),
    )  # fmt: skip
