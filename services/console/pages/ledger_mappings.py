"""Which column of a foreign ledger states which field: shown before it is used, changed and kept under a name."""

from __future__ import annotations

from typing import Any

import grpc
from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import ledger_pb2 as pb
from services.console.context import Current, Page
from services.console.entry.offers import may_call
from services.console.entry.refusals import refusal_of
from services.console.templating import link
from xianfeng.words import say

router = APIRouter()

SEE_OTHER = 303
MOST_FIELDS, EMPTY = 500, 5
SAVE = "/xianfeng.registry.v1.LedgerFiles/SaveMapping"


@router.get("/units/{unit}/ledger/mappings/{name}")
async def mapping(page: Current, unit: str, name: str, saved: str = "") -> Response:
    """Show a mapping, for those who may as a form."""
    found = await page.ask(page.context.peers.ledgers.GetMapping, pb.LedgerMappingRef(name=name))
    return await _show(page, unit, found, told=say("console.ledger.mapping-saved", name=name) if saved else "")


@router.post("/units/{unit}/ledger/mappings/{name}")
async def save(page: Current, request: Request, unit: str, name: str) -> Response:
    """Keep what the form says under the name that it gives."""
    posted = await request.form(max_files=0, max_fields=MOST_FIELDS)
    before = await page.ask(page.context.peers.ledgers.GetMapping, pb.LedgerMappingRef(name=name))
    wanted = _posted(posted, before)
    if not page.context.sessions.made_for(page.reader, str(posted.get("token", ""))):
        return await _show(page, unit, wanted, notice=say("console.entry.notice.token"), status=403)
    try:
        await page.ask(page.context.peers.ledgers.SaveMapping, wanted)
    except grpc.aio.AioRpcError as error:
        return await _show(page, unit, wanted, notice=refusal_of(error, ()).sentences, status=422)
    return RedirectResponse(link("units", unit, "ledger", "mappings", wanted.name, saved="yes"), SEE_OTHER)


def _posted(posted: FormData, before: Any) -> Any:
    """The mapping of a form; what it does not ask stays as it was."""
    rows = str(posted.get("header_rows", ""))
    found = pb.LedgerMapping(
        name=str(posted.get("name", "")).strip(), title=str(posted.get("title", "")).strip(),
        header_rows=int(rows) if rows.isdecimal() and len(rows) < 3 else 0, fields=before.fields, skip=before.skip,
        persons=before.persons,
    )  # fmt: skip
    headings = (str(value).strip() for value in posted.getlist("heading"))
    for heading, read_as in zip(headings, posted.getlist("read_as"), strict=False):
        if heading and read_as:
            found.columns.add(heading=heading, read_as=str(read_as))
    return found


async def _show(page: Page, unit: str, found: Any, *, told: str = "", notice: str = "", status: int = 200) -> Response:
    above = await page.ask(page.context.peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=unit))
    words = {word.key: word.label for word in found.fields}
    answer: Response = page.show(
        "ledger_mapping.html", status=status, unit=above.figures.unit, units=tuple(above.path), mapping=found,
        words=words, told=told, notice=notice, may_save=may_call(page.reader, SAVE), empty=range(EMPTY),
        token=page.context.sessions.form_token(page.reader), demonstration=above.basis.demonstration,
    )  # fmt: skip
    return answer
