"""An enterprise's own page: this year's filing, filled in, confirmed or corrected, with its receipt. Nothing else."""

from __future__ import annotations

import asyncio
from typing import Annotated

import grpc
from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from proto.xianfeng.registry.v1 import commands_pb2, queries_pb2
from services.console.context import Firm, Page
from services.console.entry.refusals import refusal_of
from services.console.views.filing import ASKED, Filing, filing, formed_word
from xianfeng.event import derived_id, new_id
from xianfeng.words import say

router = APIRouter()

SEE_OTHER = 303
MOST_LINES = 1000
Short = Annotated[str, Field(max_length=200)]


class Typed(BaseModel):
    """The form. `same`: nothing has changed, what is known is filed; `year` is the one that was shown."""

    token: Short = ""
    command_id: Short = ""
    year: Short = ""
    same: Short = ""
    formed: Short = ""
    set_up: Annotated[str, Field(max_length=2000)] = ""


@router.get("/filing")
async def own_filing(page: Firm, change: str = "") -> Response:
    """Show this year's filing: the receipt when there is one, else what would be filed."""
    return _show(page, await _find(page), change=bool(change))


@router.post("/filing")
async def file(page: Firm, form: Annotated[Typed, Form()]) -> Response:
    """File what is known, or what was typed."""
    found = await _find(page)
    if not page.context.sessions.made_for(page.reader, form.token) or form.year != str(found.year):
        return _show(page, found, status=403, change=True, typed=form, notice=say("console.filing.again"))
    if not form.same and form.formed not in ("yes", "no"):
        return _show(page, found, status=422, change=True, typed=form, notice=say("console.filing.missing"))
    formed = found.formed if form.same else form.formed == "yes"
    set_up = found.set_up if form.same else form.set_up.strip()
    same = derived_id("filing", form.command_id or new_id(), str(found.year), str(formed), set_up)
    request = commands_pb2.FileYearRequest(
        meta=commands_pb2.CommandMeta(command_id=same), enterprise=page.reader.enterprise, year=found.year,
        organisation_formed=formed, set_up=set_up,
    )  # fmt: skip
    try:
        await page.ask(page.context.peers.commands.FileYear, request)
    except grpc.aio.AioRpcError as error:
        told = refusal_of(error, ("set_up",))
        notice = "；".join(text for text in (told.faults.get("set_up", told.message), told.remedy) if text)
        return _show(page, found, status=422, change=True, typed=form, notice=notice)
    return RedirectResponse("/filing", SEE_OTHER)


async def _find(page: Page) -> Filing:
    registry, own = page.context.peers.registry, page.reader.enterprise
    view, history = await asyncio.gather(
        page.ask(registry.GetEnterprise, queries_pb2.GetRequest(ref=own)),
        page.ask(registry.History, queries_pb2.HistoryRequest(ref=own, limit=MOST_LINES)),
    )
    return filing(view, history.lines)


def _show(
    page: Page, found: Filing, *, status: int = 200, change: bool = False, typed: Typed | None = None, notice: str = ""
) -> Response:
    """The form is filled in with what was typed, else filed, else known."""
    filed = found.filed
    formed, set_up = (filed.formed, filed.set_up) if filed else (found.formed, found.set_up)
    if typed is not None and not typed.same:
        formed, set_up = typed.formed == "yes", typed.set_up
    answer: Response = page.show(
        "filing.html", status=status, filing=found, change=change and (filed is None or filed.open), formed=formed,
        set_up=set_up, notice=notice, asked=ASKED, word=formed_word, command_id=new_id(),
        token=page.context.sessions.form_token(page.reader), demonstration=found.demonstration,
    )  # fmt: skip
    return answer
