"""Entry about one enterprise: the actions an account has, one form each, checked before it is saved, saved once."""

from __future__ import annotations

from typing import Any

import grpc
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.console.context import Current, Page
from services.console.entry.fields import fields_of
from services.console.entry.filling import request_of
from services.console.entry.knowing import Known, know
from services.console.entry.offers import is_offered, offered
from services.console.entry.picking import with_picks
from services.console.entry.refusals import refusal_of
from services.console.entry.state import Form, Typed
from services.console.entry.table import table
from services.console.entry.trying import foresee
from services.console.entry.units import name_units
from services.console.problems import problem
from services.console.templating import link
from xianfeng.event import new_id
from xianfeng.words import say

router = APIRouter()

SEE_OTHER = 303
MOST_FIELDS = 60


@router.get("/enterprises/{enterprise}/entry/")
async def actions(page: Current, enterprise: str, saved: str = "", command: str = "") -> Response:
    """Show what this account may enter, what is known beside it, and what can be put right."""
    known = await know(page, enterprise)
    told = say(f"console.entry.saved.{saved}", command=_word(command)) if saved in SAVED and _word(command) else ""
    return page.show(
        "entry.html", known=known, groups=offered(page.reader, known), told=told, cleared=command if told else "",
        lines=_correctable(page, known), demonstration=known.explanation.basis.demonstration,
    )  # fmt: skip


SAVED = ("done", "unchanged", "repeated")


@router.get("/enterprises/{enterprise}/entry/{command}")
async def form(page: Current, enterprise: str, command: str, correct: str = "", find: str = "") -> Response:
    """Show an empty form; ``correct`` names the recorded fact that it puts right, ``find`` narrows what is picked."""
    known = await _known(page, enterprise, command)
    wrong = _wrong(known, command, correct)
    values = _values_of(wrong) if wrong else {"effective": known.today}
    fields = fields_of(command, page.reader.role, known.slots())
    made = Form(command, await with_picks(page, fields, known, find.strip()[:100]), values, new_id(), wrong)
    return _show(page, known, made, find=find)


@router.post("/enterprises/{enterprise}/entry/{command}")
async def submit(page: Current, request: Request, enterprise: str, command: str) -> Response:
    """Check what was typed, or save what was checked."""
    typed = Typed.of(await _posted(request))
    known = await _known(page, enterprise, command)
    fields = await with_picks(page, fields_of(command, page.reader.role, known.slots()), known, "")
    wrong = _wrong(known, command, typed.values.get("correction_of", ""))
    made = Form(command, fields, typed.values, typed.command_id, wrong)
    if typed.step == "edit":
        return _show(page, known, made)
    if not page.context.sessions.made_for(page.reader, typed.token):
        made.notice = say("console.entry.notice.token")
        return _show(page, known, made, status=403)
    request_, made.faults = request_of(command, known.subject, fields, typed.values, typed.meta(command))
    made.faults |= {} if made.faults else await name_units(page, fields, request_)
    if made.faults:
        return _show(page, known, made, status=422)
    return await _send(page, known, made, typed, request_)


async def _send(page: Page, known: Known, made: Form, typed: Typed, request: Any) -> Response:
    try:
        if typed.step == "save" and typed.checked == made.digest:
            return await _save(page, known, made, typed, request)
        made.outlook = await foresee(page, made.command, request, known.subject)
    except grpc.aio.AioRpcError as error:
        made.refusal = refusal_of(error, {field.name for field in made.fields} | {"meta.effective"})
        made.faults = made.refusal.faults
        return _show(page, known, made, status=422)
    return _show(page, known, made)


async def _save(page: Page, known: Known, made: Form, typed: Typed, request: Any) -> Response:
    if typed.version.isdecimal():
        request.meta.expected_version = int(typed.version)
    try:
        receipt = await page.ask(getattr(page.context.peers.commands, made.command), request)
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.ABORTED:
            raise
        # Somebody else recorded something in between: what was said of status and duty may no longer hold.
        request.meta.ClearField("expected_version")
        made.outlook = await foresee(page, made.command, request, known.subject)
        made.notice = say("console.entry.notice.newer")
        return _show(page, known, made, status=409)
    saved = "unchanged" if receipt.unchanged else "repeated" if receipt.repeated else "done"
    there = link("enterprises", known.subject, "entry", "", saved=saved, command=made.command)
    return RedirectResponse(there, SEE_OTHER)


def _show(page: Page, known: Known, made: Form, *, status: int = 200, find: str = "") -> Response:
    token = page.context.sessions.form_token(page.reader)
    demonstration = known.explanation.basis.demonstration
    answer: Response = page.show(
        "entry_form.html", status=status, known=known, form=made, token=token, find=find, demonstration=demonstration
    )
    return answer


async def _known(page: Page, enterprise: str, command: str) -> Known:
    if command not in table().actions:
        raise problem(404, "missing")
    known = await know(page, enterprise)
    if not is_offered(page.reader, known, command):
        raise problem(403, "not-offered", command=_word(command))
    return known


def _wrong(known: Known, command: str, event: str) -> Any:
    """The recorded fact that is to be put right, where this form records its kind."""
    line = known.line(event) if event else None
    return line if line is not None and line.type in table().actions[command].makes and not line.voided else None


def _values_of(wrong: Any) -> dict[str, str]:
    values = {name: _text(value) for name, value in dict(wrong.data).items() if not hasattr(value, "fields")}
    return {**values, "correction_of": wrong.event}


def _text(value: Any) -> str:
    """A value of the fact as it is typed; numbers of a Struct are floating."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _correctable(page: Page, known: Known) -> list[tuple[Any, str]]:
    """The facts, newest first, with the command that puts each right; voided ones are done with."""
    found = [(line, table().maker(line.type)) for line in reversed(known.lines) if not line.voided]
    return [(line, maker) for line, maker in found if maker and is_offered(page.reader, known, maker)]


def _word(command: str) -> str:
    return say(f"registry.command.{command}") if command in table().actions else ""


async def _posted(request: Request) -> dict[str, Any]:
    return dict(await request.form(max_files=0, max_fields=MOST_FIELDS))
