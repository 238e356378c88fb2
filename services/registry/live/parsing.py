"""A push as it comes over gRPC: its beginning, then records and faults in chunks. What has another form is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date

from proto.xianfeng.registry.v1 import feed_pb2 as pb
from services.registry.domain.words import refuse
from services.registry.live.intake import CHUNK, Chunk
from services.registry.live.records import Fault, Record
from xianfeng.refusal import Refused

__all__ = ["begin_of", "chunks_of", "source_of"]

_CODE = re.compile(r"([0-9A-Z]{18})?")
_LONG = 300
Part = pb.PushRequest


async def begin_of(requests: AsyncIterator[Part]) -> pb.PushBegin:
    """The first message of a call. Raises Refused when it is none."""
    first = await anext(aiter(requests), None)
    if not isinstance(first, Part) or first.WhichOneof("part") != "begin":
        raise _invalid("begin")
    begin: pb.PushBegin = first.begin
    source_of(begin.source)
    if begin.after < 0 or begin.snapshot.cursor < 0:
        raise _invalid("after")
    return begin


async def chunks_of(requests: AsyncIterator[Part], snapshot: int | None) -> AsyncIterator[Chunk]:
    """The rest of the call in chunks; `snapshot`: the cursor of the one that it is. Raises Refused."""
    records, faults, read = list[Record](), list[Fault](), 0
    async for request in requests:
        part = request.WhichOneof("part") if isinstance(request, Part) else None
        if part == "record":
            records.append(_record(request.record, snapshot))
        elif part == "fault":
            faults.append(_fault(request.fault, snapshot))
        elif part == "end" and snapshot is not None and request.end.records == read:
            yield Chunk(records, faults, whole=True)
            return
        else:
            raise _invalid(part or "part")
        read += 1
        if len(records) + len(faults) >= CHUNK:
            yield Chunk(records, faults)
            records, faults = [], []
    yield Chunk(records, faults)


def _fault(told: pb.PushFault, snapshot: int | None) -> Fault:
    if told.cursor < 0 or not _CODE.fullmatch(told.code) or "\0" in told.field + told.reason:
        raise _invalid("fault")
    cursor = told.cursor if snapshot is None else snapshot
    return Fault(cursor, told.code, told.field[:_LONG], told.reason[:_LONG])


def _record(told: pb.PushRecord, snapshot: int | None) -> Record:
    cursor = told.cursor if snapshot is None else snapshot
    if cursor < 1 or not _CODE.fullmatch(told.code) or not told.code or bool(told.columns) == told.gone:
        raise _invalid("record")
    return Record(cursor, told.code, dict(told.columns), told.hash, _day(told.day, "record.day"), told.gone)


def source_of(source: str) -> str:
    """The name of a source, of the form that names have in imports of files too. Raises Refused."""
    if not 1 <= len(source) <= 40 or not source.isprintable() or " " in source:
        raise refuse("import-source", field="source", kind="invalid", value=source[:40])
    return source


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _invalid(field) from None


def _invalid(field: str) -> Refused:
    return refuse("live-push-form", field=field, kind="invalid")
