"""Entry about one subject: the actions an account has, one form each, checked before it is saved, saved once."""

from __future__ import annotations

from typing import Annotated, Any

import grpc
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from services.console.context import Current, Page, local_path
from services.console.entry.addresses import register
from services.console.entry.correcting import correctable
from services.console.entry.fields import fields_of
from services.console.entry.filling import request_of
from services.console.entry.knowing import Known, know
from services.console.entry.offers import is_offered, offered
from services.console.entry.picking import with_picks
from services.console.entry.refusals import refusal_of
from services.console.entry.state import Form, Typed
from services.console.entry.table import SERVICE, table_of_room, table_of_subject
from services.console.entry.trying import foresee
from services.console.entry.units import name_units
from services.console.problems import problem
from services.console.templating import link
from xianfeng.event import new_id
from xianfeng.words import say

register()
router = APIRouter()

SEE_OTHER = 303
MOST_FIELDS = 60
SAVED = ("done", "unchanged", "repeated")


class Said(BaseModel):
    """What was just saved: how it went, the command, the subject that it made, and where somebody came from."""

    saved: str = ""
    command: str = ""
    made: str = ""
    back: str = ""


class Wanted(BaseModel):
    """``correct`` names the recorded fact that is put right, ``find`` narrows what is picked."""

    correct: str = ""
    find: str = ""
    back: str = ""


@router.get("/{room:room}/{subject}/entry/")
async def actions(page: Current, room: str, subject: str, said: Annotated[Said, Query()]) -> Response:
    """Show what this account may enter, what is known beside it, and what can be put right."""
    known = await know(page, table_of_room(room), subject)
    word = _word(said.command) if said.saved in SAVED else ""
    return page.show(
        "entry.html", known=known, groups=offered(page.reader, known),
        told=say(f"console.entry.saved.{said.saved}", command=word) if word else "",
        cleared=said.command if word else "", made=_made(said.made) if word else "", back=_back(said.back),
        lines=correctable(page.reader, known), demonstration=known.demonstration,
    )  # fmt: skip


@router.get("/{room:room}/{subject}/entry/{command:command}")
async def form(
    page: Current, room: str, subject: str, command: str, wanted: Annotated[Wanted, Query()]
) -> Response:  # fmt: skip
    """Show an empty form, or one filled in as far as its address names fields."""
    known = await _known(page, room, subject, command)
    wrong = _wrong(known, command, wanted.correct)
    fields = fields_of(known.table, command, page.reader.role, known.slots())
    said = {field.name: page.request.query_params.get(field.name, "")[:200] for field in fields}
    values = _values_of(wrong) if wrong else {"effective": known.today, **said}
    picked = await with_picks(page, fields, known, wanted.find.strip()[:100])
    made = Form(command, picked, values, new_id(), _back(wanted.back), wrong)
    return _show(page, known, made, find=wanted.find)


@router.post("/{room:room}/{subject}/entry/{command:command}")
async def submit(page: Current, request: Request, room: str, subject: str, command: str) -> Response:
    """Check what was typed, or save what was checked."""
    typed = Typed.of(dict(await request.form(max_files=0, max_fields=MOST_FIELDS)))
    known = await _known(page, room, subject, command)
    fields = await with_picks(page, fields_of(known.table, command, page.reader.role, known.slots()), known, "")
    wrong = _wrong(known, command, typed.values.get("correction_of", ""))
    made = Form(command, fields, typed.values, typed.command_id, _back(typed.back), wrong)
    if typed.act == "edit":
        return _show(page, known, made)
    if not page.context.sessions.made_for(page.reader, typed.token):
        made.notice = say("console.entry.notice.token")
        return _show(page, known, made, status=403)
    request_, made.faults = request_of(command, known.given(command), fields, typed.values, typed.meta(command))
    made.faults |= {} if made.faults else await name_units(page, fields, request_)
    if made.faults:
        return _show(page, known, made, status=422)
    return await _send(page, known, made, typed, request_)


async def _send(page: Page, known: Known, made: Form, typed: Typed, request: Any) -> Response:
    try:
        if typed.act == "save" and typed.checked == made.digest:
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
    new = receipt.subject if receipt.subject != known.subject else ""
    there = link(
        known.room, known.subject, "entry", "", saved=saved, command=made.command, made=new, back=made.back
    )  # fmt: skip
    return RedirectResponse(there, SEE_OTHER)


def _show(page: Page, known: Known, made: Form, *, status: int = 200, find: str = "") -> Response:
    token = page.context.sessions.form_token(page.reader)
    answer: Response = page.show(
        "entry_form.html", status=status, known=known, form=made, token=token, find=find,
        demonstration=known.demonstration,
    )  # fmt: skip
    return answer


async def _known(page: Page, room: str, subject: str, command: str) -> Known:
    found = table_of_room(room)
    if command not in found.actions:
        raise problem(404, "missing")
    known = await know(page, found, subject)
    if not is_offered(page.reader, known, command):
        raise problem(403, "not-offered", command=_word(command))
    return known


def _wrong(known: Known, command: str, event: str) -> Any:
    """The recorded fact that is to be put right, where this form records its kind."""
    line = known.line(event) if event else None
    makes = known.table.actions[command].makes
    return line if line is not None and line.type in makes and not line.voided else None


def _values_of(wrong: Any) -> dict[str, str]:
    values = {name: _text(value) for name, value in dict(wrong.data).items() if not hasattr(value, "fields")}
    return {**values, "correction_of": wrong.event}


def _text(value: Any) -> str:
    """A value of the fact as it is typed; numbers of a Struct are floating."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _made(subject: str) -> str:
    """The address at which a subject that was just made goes on; empty for what has none."""
    found = table_of_subject(subject)
    return link(found.room, subject, "entry", "") if found else ""


def _back(address: str) -> str:
    return local_path(address) if address else ""


def _word(command: str) -> str:
    return say(f"registry.command.{command}") if command in SERVICE.methods_by_name else ""
