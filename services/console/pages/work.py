"""Work lists, each on a page of its own, ten at a time; those to be confirmed are confirmed several in one act."""

from __future__ import annotations

from dataclasses import replace

import grpc
from fastapi import APIRouter, Request
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import commands_pb2, work_pb2
from services.console.context import Current, Page
from services.console.entry.offers import may
from services.console.entry.refusals import refusal_of
from services.console.problems import problem
from services.console.views.home import LISTS, queue
from xianfeng.event import derived_id, new_id
from xianfeng.words import say

router = APIRouter()

TEN = 10
CONFIRMED, CONFIRM = "confirm", "ConfirmEnterprise"


@router.get("/units/{unit}/todo/{name}")
async def work(page: Current, unit: str, name: str, at: str = "") -> Response:
    """Show one work list, page by page."""
    return await _show(page, unit, name, at)


@router.post("/units/{unit}/todo/confirm")
async def confirm(page: Current, request: Request, unit: str) -> Response:
    """Confirm those that were ticked; each is decided alone, so a refused one never stops the others."""
    posted = await request.form(max_files=0, max_fields=TEN * 2)
    at, picked = str(posted.get("at", "")), [str(one) for one in posted.getlist("subject")][:TEN]
    if not page.context.sessions.made_for(page.reader, str(posted.get("token", ""))):
        return await _show(page, unit, CONFIRMED, at, status=403, notice=say("console.entry.notice.token"))
    if not picked:
        return await _show(page, unit, CONFIRMED, at, status=422, notice=say("console.home.confirm.none"))
    refused = {subject: why for subject in picked if (why := await _confirm(page, subject, str(posted.get("of", ""))))}
    done = frozenset(picked) - refused.keys()
    notice = say("console.home.confirm.done", done=len(done), refused=len(refused))
    return await _show(
        page, unit, CONFIRMED, at, notice="；".join([notice, *dict.fromkeys(refused.values())]), done=done
    )


async def _confirm(page: Page, subject: str, form: str) -> str:
    """Why not; empty once it is recorded. The same form sent twice is the same command."""
    meta = commands_pb2.CommandMeta(command_id=derived_id("confirm", form, subject))
    try:
        await page.ask(
            page.context.peers.commands.ConfirmEnterprise,
            commands_pb2.ConfirmEnterpriseRequest(meta=meta, enterprise=subject),
        )
    except grpc.aio.AioRpcError as error:
        return refusal_of(error, ()).message
    return ""


async def _show(
    page: Page, unit: str, name: str, at: str, *, status: int = 200, notice: str = "",
    done: frozenset[str] = frozenset(),
) -> Response:  # fmt: skip
    """`done` were settled a moment ago: the list is read from a directory that follows."""
    if name not in LISTS:
        raise problem(404, "missing")
    peers = page.context.peers
    above = (await page.ask(peers.coverage.Figures, coverage_pb2.FiguresRequest(unit=unit))).figures.unit
    request = work_pb2.WorkListRequest(unit=above.id, list=name, page_size=TEN, page_token=at)
    listed = await page.ask(peers.work.List, request)
    found = queue(listed, above, lambda command: may(page.reader, command))
    left = tuple(task for task in found.tasks if task.subject not in done)
    answer: Response = page.show(
        "work.html", status=status, unit=above, notice=notice, at=at,
        queue=replace(found, tasks=left, total=found.total - len(found.tasks) + len(left)),
        many=name == CONFIRMED and may(page.reader, CONFIRM), token=page.context.sessions.form_token(page.reader),
        of=new_id(), next_at=listed.next_page_token, further=bool(at), demonstration=listed.demonstration,
    )  # fmt: skip
    return answer
