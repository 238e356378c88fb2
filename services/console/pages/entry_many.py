"""An adviser for many enterprises in one act: pick them from a list, see what it does to each, save once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Current, Page
from services.console.entry.offers import may
from services.console.entry.picking import advisers, area_of
from services.console.entry.several import COMMAND, Assignment, check_all, save_all
from services.console.problems import problem
from services.console.views.labels import DUTIES
from xianfeng.event import new_id
from xianfeng.words import say

router = APIRouter()

PAGE_SIZE = 200
UNTIL_CHOSEN = "assign_adviser"


class Chosen(BaseModel):
    """Which enterprises the list shows; by default those that are to get an adviser."""

    duty: str = UNTIL_CHOSEN
    text: str = ""


@dataclass(frozen=True)
class Ticked:
    """What stands in the form already, and why it is shown again."""

    values: dict[str, str]
    enterprises: frozenset[str]
    notice: str = ""
    status: int = 200


@router.get("/units/{unit}/entry/advisers")
async def pick(page: Current, unit: str, chosen: Annotated[Chosen, Query()]) -> Response:
    """Show the enterprises of a unit to pick from."""
    return await _list(page, unit, chosen, Ticked({}, frozenset()))


@router.post("/units/{unit}/entry/advisers")
async def assign(page: Current, request: Request, unit: str) -> Response:
    """Check, or save what was checked; with something missing the list again, ticked as it was."""
    posted = await request.form(max_files=0, max_fields=PAGE_SIZE + 20)
    picked = list(dict.fromkeys(str(value) for value in posted.getlist("enterprise")))
    values = {
        name: str(posted.get(name, "")) for name in ("adviser", "effective", "until", "command_id", "duty", "text")
    }
    ticked = Ticked(values, frozenset(picked))
    act, chosen = str(posted.get("act", "")), Chosen(duty=values["duty"], text=values["text"])
    if not page.context.sessions.made_for(page.reader, str(posted.get("token", ""))):
        return await _list(page, unit, chosen, replace(ticked, notice=say("console.entry.notice.token"), status=403))
    if act == "edit":
        return await _list(page, unit, chosen, ticked)
    if not picked or not values["adviser"]:
        return await _list(page, unit, chosen, replace(ticked, notice=say("console.entry.several.missing"), status=422))
    wanted = Assignment(
        values["adviser"], picked[:PAGE_SIZE], values["effective"], values["until"], values["command_id"] or new_id()
    )  # fmt: skip
    _require(page)
    outcomes = await (save_all if act == "save" else check_all)(page, wanted)
    above = await page.ask(page.context.peers.coverage.Overview, coverage_pb2.FiguresRequest(unit=unit))
    return page.show(
        "entry_several.html", unit=above.figures.unit, units=tuple(above.path), outcomes=outcomes, wanted=wanted,
        chosen=chosen, saved=act == "save", token=page.context.sessions.form_token(page.reader),
        demonstration=above.basis.demonstration,
    )  # fmt: skip


async def _list(page: Page, unit: str, chosen: Chosen, ticked: Ticked) -> Response:
    values = ticked.values
    _require(page)
    coverage = page.context.peers.coverage
    above = await page.ask(coverage.Overview, coverage_pb2.FiguresRequest(unit=unit))
    asked = coverage_pb2.ListRequest(unit=unit, duty=chosen.duty, text=chosen.text.strip(), page_size=PAGE_SIZE)
    listed = await page.ask(coverage.List, asked)
    answer: Any = page.show(
        "entry_many.html", status=ticked.status, unit=above.figures.unit, units=tuple(above.path), listed=listed,
        duties=DUTIES, chosen=chosen, picked=ticked.enterprises,
        values={"effective": listed.basis.business_date, **values},
        advisers=await advisers(page, area_of(page, above.path), ""), command_id=values.get("command_id") or new_id(),
        token=page.context.sessions.form_token(page.reader), notice=ticked.notice,
        demonstration=above.basis.demonstration,
    )  # fmt: skip
    return answer


def _require(page: Page) -> None:
    if not may(page.reader, COMMAND):
        raise problem(403, "not-offered", command=say(f"registry.command.{COMMAND}"))
