"""A unit's ledger in the browser: down as a workbook, up as a file, checked row by row, confirmed by a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import quote

import grpc
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response, StreamingResponse

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.console.context import Current, Page
from services.console.entry.offers import may_call
from services.console.entry.refusals import refusal_of
from services.console.noting import note
from services.console.templating import link
from xianfeng.words import say

router = APIRouter()

SEE_OTHER = 303
PAGE_SIZE, MOST_CHOICES = 50, 200
PART = 64 << 10
SHOWN = ("changing", "needing", "rejected", "unchanged")
SERVICE = "/xianfeng.registry.v1.LedgerFiles/{}"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Shown(BaseModel):
    """Which rows of a file, and from which page on."""

    show: str = ""
    at: int = Field(1, ge=1, le=10_000)


@router.get("/units/{unit}/ledger")
async def start(page: Current, unit: str) -> Response:
    """Where a ledger comes down and goes up, and what was handed in."""
    return await _start(page, unit)


@router.get("/units/{unit}/ledger/workbook")
async def workbook(page: Current, unit: str) -> Response:
    """The unit's ledger, filled in as far as things are known."""
    above = await page.ask(page.context.peers.coverage.Figures, coverage_pb2.FiguresRequest(unit=unit))
    found = above.figures
    await note(page, "export", "ledger", found.unit.id, found.registered)
    return await _file(page, page.context.peers.ledgers.Workbook, pb.LedgerExportRequest(unit=found.unit.id))


@router.post("/units/{unit}/ledger")
async def upload(page: Current, request: Request, unit: str) -> Response:
    """Hand a file to registry, which reads it and begins to check it."""
    posted = await request.form(max_files=1, max_fields=12)
    file = posted.get("file")
    values = {name: str(posted.get(name, "")) for name in ("effective", "count_source", "mapping", "sheet")}
    if not page.context.sessions.made_for(page.reader, str(posted.get("token", ""))):
        return await _start(page, unit, values=values, notice=say("console.entry.notice.token"), status=403)
    if not isinstance(file, UploadFile) or not file.filename:
        return await _start(page, unit, values=values, notice=say("console.ledger.no-file"), status=422)
    begin = pb.LedgerUploadBegin(unit=unit, name=file.filename[-100:], **values)
    try:
        kept = await page.flow(page.context.peers.ledgers.Upload, _parts(begin, file))
    except grpc.aio.AioRpcError as error:
        return await _start(page, unit, values=values, notice=refusal_of(error, ()).sentences, status=422)
    return RedirectResponse(link("units", unit, "ledger", "files", kept.id), SEE_OTHER)


@router.get("/units/{unit}/ledger/files/{file}")
async def checked(page: Current, unit: str, file: str, shown: Annotated[Shown, Query()]) -> Response:
    """What the check of a file said, or what became of it."""
    return await _checked(page, unit, file, shown)


@router.post("/units/{unit}/ledger/files/{file}")
async def decide(page: Current, request: Request, unit: str, file: str) -> Response:
    """A person's word: apply it, put it away, or which enterprises rows mean."""
    posted, ledgers = await request.form(max_files=0, max_fields=MOST_CHOICES), page.context.peers.ledgers
    if not page.context.sessions.made_for(page.reader, str(posted.get("token", ""))):
        return await _checked(page, unit, file, Shown(), notice=say("console.entry.notice.token"), status=403)
    act, ref = str(posted.get("act", "")), pb.LedgerFileRef(id=file)
    if act == "choose":
        chosen = pb.LedgerChoices(id=file, subjects=_choices(posted))
        await page.flow(ledgers.Choose, chosen)
        return RedirectResponse(link("units", unit, "ledger", "files", file), SEE_OTHER)
    if act == "discard":
        await page.ask(ledgers.Discard, ref)
        return RedirectResponse(link("units", unit, "ledger"), SEE_OTHER)
    if act == "confirm":
        await page.ask(ledgers.Confirm, ref)
    return RedirectResponse(link("units", unit, "ledger", "files", file), SEE_OTHER)


@router.get("/units/{unit}/ledger/files/{file}/rejects")
async def rejects(page: Current, unit: str, file: str) -> Response:
    """The rows that were not taken, with reasons, as a workbook."""
    found = await page.ask(page.context.peers.ledgers.Open, pb.LedgerFileRequest(id=file))
    await note(page, "export", "ledger", found.unit, found.numbers.rejected)
    return await _file(page, page.context.peers.ledgers.Rejects, pb.LedgerFileRef(id=file))


async def _start(
    page: Page, unit: str, *, values: dict[str, str] | None = None, notice: str = "", status: int = 200
) -> Response:
    peers = page.context.peers
    above = await page.ask(peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=unit))
    found, files, mappings = above.figures, (), ()
    if may_upload := may_call(page.reader, SERVICE.format("Upload")):
        files = (await page.ask(peers.ledgers.ListFiles, pb.LedgerFilesRequest(unit=found.unit.id))).files
        mappings = (await page.ask(peers.ledgers.ListMappings, pb.LedgerMappingsRequest())).mappings
    answer: Response = page.show(
        "ledger.html", status=status, unit=found.unit, units=tuple(above.path), registered=found.registered,
        files=files, mappings=mappings, values={"effective": above.basis.business_date, **(values or {})},
        notice=notice, may_upload=may_upload, token=page.context.sessions.form_token(page.reader),
        demonstration=above.basis.demonstration,
    )  # fmt: skip
    return answer


async def _checked(
    page: Page, unit: str, file: str, shown: Shown, *, notice: str = "", status: int = 200
) -> Response:  # fmt: skip
    peers = page.context.peers
    found = await page.ask(peers.ledgers.Open, pb.LedgerFileRequest(id=file))
    show = shown.show if shown.show in SHOWN else _first(found.numbers)
    if found.state not in ("checking", "applying"):
        asked = pb.LedgerFileRequest(id=file, show=show, offset=(shown.at - 1) * PAGE_SIZE, size=PAGE_SIZE)
        found = await page.ask(peers.ledgers.Open, asked)
    above = await page.ask(peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=found.unit))
    answer: Response = page.show(
        "ledger_file.html", status=status, file=found, units=tuple(above.path), unit=above.figures.unit, show=show,
        at=shown.at, further=shown.at * PAGE_SIZE < found.shown, notice=notice,
        token=page.context.sessions.form_token(page.reader), demonstration=found.demonstration,
    )  # fmt: skip
    return answer


def _first(numbers: Any) -> str:
    """What is looked at first: what a person must choose, else what would change, else what cannot be taken."""
    if numbers.undecided:
        return "rejected"
    return next((name for name in SHOWN if getattr(numbers, name)), SHOWN[0])


def _choices(posted: FormData) -> dict[int, str]:
    """Row → subject, of the fields `row-<number>`."""
    found = {name.removeprefix("row-"): str(value) for name, value in posted.items() if name.startswith("row-")}
    return {int(number): subject for number, subject in found.items() if number.isdecimal() and subject}


async def _parts(begin: pb.LedgerUploadBegin, file: UploadFile) -> AsyncIterator[pb.LedgerUpload]:
    yield pb.LedgerUpload(begin=begin)
    while part := await file.read(PART):
        yield pb.LedgerUpload(bytes=part)


async def _file(page: Page, method: Any, request: Any) -> Response:
    """A workbook as it comes; the first part is waited for, so that a refusal is a page."""
    call = aiter(page.flow(method, request))
    first = await anext(call)

    async def content() -> AsyncIterator[bytes]:
        yield first.bytes
        async for part in call:
            yield part.bytes

    disposition = f"attachment; filename*=utf-8''{quote(f'{first.name}.xlsx')}"
    return StreamingResponse(content(), media_type=WORKBOOK, headers={"Content-Disposition": disposition})
