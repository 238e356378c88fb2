"""What goes out on paper: every list and form as a workbook, a PDF, or a page to print."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Current, the_day
from services.console.exports.advisers import advisers
from services.console.exports.enterprise import enterprise as sheet_of_enterprise
from services.console.exports.figures import figures
from services.console.exports.filings import filings
from services.console.exports.handing import hand_out
from services.console.exports.listing import listing
from services.console.exports.must_form import must_form
from services.console.exports.organisations import organisations
from services.console.exports.projects import projects
from services.console.pages.enterprises import forming_of
from services.console.pages.units import Asked
from services.console.views.explanation import explained

router = APIRouter()

Day = Annotated[str, Depends(the_day)]
Chosen = Annotated[str, Query(alias="filter", max_length=40)]


@router.get("/units/{unit}/enterprises/{form:paper}")
async def enterprises(page: Current, unit: str, form: str, day: Day, asked: Annotated[Asked, Query()]) -> Response:
    """Give the whole filtered list of enterprises."""

    def request(token: str) -> Any:
        return asked.model_copy(update={"at": token}).of_unit(unit, day)

    return await hand_out(page, form, await listing(page, request, day))


@router.get("/units/{unit}/must-form/{form:paper}")
async def ledger_of_duties(page: Current, unit: str, form: str, day: Day) -> Response:
    """Give 应建未建台账."""
    return await hand_out(page, form, await must_form(page, unit, day))


@router.get("/units/{unit}/organisations/{form:paper}")
async def register_of_organisations(page: Current, unit: str, form: str) -> Response:
    """Give 党组织登记表, of now."""
    return await hand_out(page, form, await organisations(page, unit))


@router.get("/units/{unit}/advisers/{form:paper}")
async def advisers_in_office(page: Current, unit: str, form: str, day: Day) -> Response:
    """Give the list of advisers, without names."""
    return await hand_out(page, form, await advisers(page, unit, day))


@router.get("/units/{unit}/projects/{form:paper}")
async def projects_of_unit(page: Current, unit: str, form: str, day: Day, chosen: Chosen = "") -> Response:
    """Give the table of projects."""
    return await hand_out(page, form, await projects(page, unit, day, chosen))


@router.get("/units/{unit}/filings/{form:paper}")
async def filings_of_year(page: Current, unit: str, form: str, day: Day) -> Response:
    """Give who has filed for the day's year."""
    return await hand_out(page, form, await filings(page, unit, day))


@router.get("/units/{unit}/{form:paper}")
async def figures_of_unit(page: Current, unit: str, form: str, day: Day) -> Response:
    """Give the unit's figures and those of its children."""
    return await hand_out(page, form, await figures(page, unit, day))


@router.get("/enterprises/{enterprise}/{form:paper}")
async def one_enterprise(page: Current, enterprise: str, form: str, day: Day) -> Response:
    """Give 一企一表."""
    answer = await page.ask(
        page.context.peers.coverage.Explain, coverage_pb2.ExplainRequest(enterprise=enterprise, day=day)
    )
    forming = await forming_of(page, answer.row.subject, answer.day) or ()
    return await hand_out(page, form, sheet_of_enterprise(explained(answer), forming, live=not day))
