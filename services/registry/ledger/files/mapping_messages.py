"""Mappings as messages: a column is read as a field, as a field's value when it is ticked, or not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import ValidationError

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.registry.ledger.fields import CLEAR, FIELDS, IDENTITY
from services.registry.ledger.mapping import Mapping, Unread
from services.registry.ledger.plan import fault
from services.registry.ledger.words import heading, shown
from xianfeng.rpc.violations import violations
from xianfeng.words import say

__all__ = ["mapping_message", "mapping_of"]

_TICKED, _NOT = "=", "-"


def mapping_message(name: str, mapping: Mapping) -> pb.LedgerMapping:
    columns = [
        *((name, field) for name, field in mapping.columns.items()),
        *((name, f"{tick.field}{_TICKED}{tick.value}") for name, tick in mapping.ticks.items()),
        *((name, f"{_NOT}{why}") for name, why in mapping.unread.items()),
    ]
    return pb.LedgerMapping(
        name=name, title=mapping.title, header_rows=mapping.header_rows,
        columns=[pb.LedgerMappedColumn(heading=name, read_as=key) for name, key in columns],
        fields=[pb.LedgerWord(key=key, label=label) for key, label in _words()], skip=mapping.skip,
        persons=mapping.persons,
    )  # fmt: skip


def mapping_of(message: pb.LedgerMapping) -> Mapping:
    """Raises Refused that names what is wrong with it."""
    stated: dict[str, Any] = {"columns": {}, "ticks": {}, "unread": {}}
    for column in message.columns:
        field, ticked, value = column.read_as.partition(_TICKED)
        if column.read_as.startswith(_NOT):
            stated["unread"][column.heading] = column.read_as.removeprefix(_NOT)
        elif ticked:
            stated["ticks"][column.heading] = {"field": field, "value": value}
        else:
            stated["columns"][column.heading] = field
    stated |= {"title": message.title, "header_rows": message.header_rows or 1}
    try:
        return Mapping(**stated, skip=tuple(message.skip), persons=tuple(message.persons))
    except ValidationError as wrong:
        first = violations(wrong)[0]
        text = f"{first.field}：{first.description}" if first.field else first.description
        raise fault("mapping-form", field="columns", path=message.name, text=text) from None


def _words() -> Iterator[tuple[str, str]]:
    """All that a column can be read as, in the order of the ledger's own columns."""
    for key in (*IDENTITY, *FIELDS):
        yield key, heading(key)
        if key in FIELDS:
            for value in FIELDS[key].choices:
                if value != CLEAR:
                    label = say("ledger.file.ticked", field=heading(key), value=shown(key, value))
                    yield f"{key}{_TICKED}{value}", label
    for why in get_args(Unread):
        yield f"{_NOT}{why}", say("ledger.file.not-read", reason=say(f"ledger.unread.{why}"))
