"""The gRPC service `LedgerFiles`: files in and out, what their check said, and a person's word on it."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from proto.xianfeng.registry.v1.ledger_pb2_grpc import LedgerFilesServicer as Base
from services.registry.domain.days import check_effective
from services.registry.domain.words import refuse
from services.registry.ledger.file import LedgerFile
from services.registry.ledger.files.mapping_messages import mapping_message, mapping_of
from services.registry.ledger.files.packing import pack
from services.registry.ledger.files.receiving import MOST_ROWS, read_file, receive, suffix_of
from services.registry.ledger.files.shelf import Kept, Shelf
from services.registry.ledger.files.showing import SHOWN, file_message, numbers_of, reading_of, row_message, rows_of
from services.registry.ledger.files.work import Work
from services.registry.ledger.files.writing import write_rejects, write_unit
from services.registry.ledger.mappings import Mappings
from services.registry.ledger.plan import fault
from services.registry.ledger.review import Review
from services.registry.ledger.servicer import SOURCES, LedgersServicer
from services.registry.queries.request import Trees, count, read_day, read_unit, require_under, short
from xianfeng.clock import Clock
from xianfeng.event import new_id
from xianfeng.rpc.caller import principal
from xianfeng.store.pool import Pool
from xianfeng.words import say

__all__ = ["LedgerFilesServicer"]

_PAGE, _MOST = 50, 500
_PART = 64 << 10


class LedgerFilesServicer(Base):
    """`ledgers` checks and applies; whoever may see the unit may go on with a file of its."""

    def __init__(self, ledgers: LedgersServicer, pool: Pool, trees: Trees, mappings: Mappings, clock: Clock) -> None:
        self._ledgers = ledgers
        self._shelf = Shelf(pool)
        self._work = Work(ledgers, self._shelf)
        self._trees = trees
        self._mappings = mappings
        self._clock = clock

    async def close(self) -> None:
        await self._work.close()

    async def Workbook(self, request: pb.LedgerExportRequest, context: Any) -> AsyncIterator[pb.LedgerFilePart]:  # noqa: N802
        told, rows = [], 0
        async for answer in self._ledgers.Export(request, context):
            told.append(answer)
            rows += len(answer.rows)
            if rows > MOST_ROWS:
                raise fault("workbook-rows", field="unit", most=MOST_ROWS)
        name = say("ledger.file.export-name", unit=told[0].unit_path, day=told[0].day)
        async for part in _sent(name, lambda path: write_unit(path, told)):
            yield part

    async def Upload(self, requests: AsyncIterator[pb.LedgerUpload], context: Any) -> pb.LedgerFileRef:  # noqa: N802
        begin = await _beginning(requests)
        kept = self._new(begin)
        mapping = await asyncio.to_thread(self._mappings.find, begin.mapping) if begin.mapping else None
        with tempfile.NamedTemporaryFile(suffix=suffix_of(begin.name)) as file:
            await receive(requests, file)
            sheet = short(begin.sheet, "sheet")
            read: LedgerFile = await asyncio.to_thread(read_file, Path(file.name), mapping, sheet)
        review = Review(read)
        kept.reading.update(reading_of(read.columns))
        kept.numbers.update(numbers_of(review, len(read.skipped)))
        await self._shelf.put(kept, await asyncio.to_thread(pack, review))
        self._work.go_on(kept)
        return pb.LedgerFileRef(id=kept.id)

    async def Open(self, request: pb.LedgerFileRequest, context: Any) -> pb.LedgerFile:  # noqa: N802
        size, offset = count(request.size, _PAGE, _MOST, "size"), count(request.offset, 0, 10**6, "offset")
        if request.show not in ("", *SHOWN):
            raise fault("file-show", field="show", choices="、".join(SHOWN))
        kept = await self._get(request.id)
        self._work.go_on(kept)
        message = file_message(kept, self._path(kept.unit), self._work.progress(kept.id))
        message.stalled = self._work.is_stalled(kept)
        message.demonstration = self._trees.on(self._clock.today()).demonstration
        if request.show:
            review = await self._work.review(kept.id)
            rows = rows_of(review, request.show)
            message.shown = len(rows)
            message.rows.extend(row_message(review, one) for one in rows[offset : offset + size])
        return message

    async def Choose(self, request: pb.LedgerChoices, context: Any) -> pb.LedgerFileRef:  # noqa: N802
        kept = await self._get(request.id)
        if kept.state != "checked":
            raise fault("file-state", field="id")
        await self._work.choose(kept, {n: short(one, "subjects") for n, one in request.subjects.items() if one})
        return pb.LedgerFileRef(id=kept.id)

    async def Confirm(self, request: pb.LedgerFileRef, context: Any) -> pb.LedgerFileRef:  # noqa: N802
        kept = await self._get(request.id)
        if kept.state != "applying" or self._work.is_stalled(kept):
            # What another account began is gone on with as the caller's; rows that are recorded stay as they are.
            await self._shelf.turn(kept.id, "applying", principal().account, of=("checked", "applying"))
            self._work.go_on(await self._shelf.get(kept.id))
        return pb.LedgerFileRef(id=kept.id)

    async def Discard(self, request: pb.LedgerFileRef, context: Any) -> pb.LedgerFileRef:  # noqa: N802
        kept = await self._get(request.id)
        await self._shelf.turn(kept.id, "discarded", kept.acting, of=("checked", "failed"))
        return pb.LedgerFileRef(id=kept.id)

    async def Rejects(self, request: pb.LedgerFileRef, context: Any) -> AsyncIterator[pb.LedgerFilePart]:  # noqa: N802
        kept = await self._get(request.id)
        review = await self._work.review(kept.id)
        name = say("ledger.file.rejects-name", name=kept.name.rpartition(".")[0] or kept.name)
        async for part in _sent(name, lambda path: write_rejects(path, review)):
            yield part

    async def ListFiles(self, request: pb.LedgerFilesRequest, context: Any) -> pb.LedgerFileList:  # noqa: N802
        unit = read_unit(self._trees.on(self._clock.today()), request.unit, principal(), "unit")
        path = self._path(unit)
        found = await self._shelf.listed(unit)
        return pb.LedgerFileList(files=[file_message(one, path, self._work.progress(one.id)) for one in found])

    async def ListMappings(self, request: pb.LedgerMappingsRequest, context: Any) -> pb.LedgerMappings:  # noqa: N802
        return pb.LedgerMappings(mappings=await asyncio.to_thread(self._known))

    async def GetMapping(self, request: pb.LedgerMappingRef, context: Any) -> pb.LedgerMapping:  # noqa: N802
        name = short(request.name, "name", needed=True)
        return mapping_message(name, await asyncio.to_thread(self._mappings.find, name))

    async def SaveMapping(self, request: pb.LedgerMapping, context: Any) -> pb.LedgerMappingRef:  # noqa: N802
        name = short(request.name, "name", needed=True)
        await asyncio.to_thread(self._mappings.keep, name, mapping_of(request))
        return pb.LedgerMappingRef(name=name)

    def _known(self) -> list[pb.LedgerMapping]:
        names = self._mappings.names()
        return [pb.LedgerMapping(name=name, title=self._mappings.find(name).title) for name in names]

    def _new(self, begin: pb.LedgerUploadBegin) -> Kept:
        """What is said of the file beside its bytes. Raises Refused for what cannot be."""
        caller, today = principal(), self._clock.today()
        unit = read_unit(self._trees.on(today), begin.unit, caller, "unit")
        effective = read_day(begin.effective, today, "effective")
        check_effective(effective, today)
        source = begin.count_source or SOURCES[0]
        if source not in SOURCES:
            raise fault("count-source", field="count_source", choices="、".join(SOURCES))
        name, mapping = short(begin.name, "name") or say("ledger.file.unnamed"), short(begin.mapping, "mapping")
        return Kept(
            new_id(self._clock), unit, caller.account, name, "checking", self._clock.now(), effective, source, mapping,
            {}, {}, "", caller.account,
        )  # fmt: skip

    async def _get(self, id: str) -> Kept:
        """Raises Refused for an id that is none, and for another unit's file."""
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", id):
            raise refuse("query-missing", field="id", kind="invalid")
        kept = await self._shelf.get(id)
        require_under(self._trees.on(self._clock.today()), kept.unit, principal(), "id")
        return kept

    def _path(self, unit: str) -> str:
        tree = self._trees.on(self._clock.today())
        return (tree.path_name(unit) or tree.name(unit)) if unit in tree else ""


async def _beginning(requests: AsyncIterator[pb.LedgerUpload]) -> pb.LedgerUploadBegin:
    async for request in requests:
        if request.HasField("begin"):
            return request.begin
        break
    raise fault("no-beginning", field="begin")


async def _sent(name: str, write: Callable[[Path], None]) -> AsyncIterator[pb.LedgerFilePart]:
    """A workbook that `write` makes, in parts; the first bears its name."""
    with tempfile.TemporaryDirectory(prefix="xianfeng-") as folder:
        path = Path(folder) / "ledger.xlsx"
        await asyncio.to_thread(write, path)
        content = await asyncio.to_thread(path.read_bytes)
    for start in range(0, len(content), _PART):
        yield pb.LedgerFilePart(bytes=content[start : start + _PART], name="" if start else name)
