"""What goes out on paper: every list and form as a workbook, a PDF, or a page to print."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Current, Day, Firm
from services.console.exports.advisers import advisers
from services.console.exports.audit import audit_list
from services.console.exports.enterprise import enterprise as sheet_of_enterprise
from services.console.exports.figures import figures
from services.console.exports.filing import filing_paper
from services.console.exports.filings import filings
from services.console.exports.handing import hand_out
from services.console.exports.listing import listing
from services.console.exports.matters import decisions, verifications
from services.console.exports.must_form import must_form
from services.console.exports.organisations import organisations
from services.console.exports.projects import projects
from services.console.exports.reporting import reporting
from services.console.exports.work import work_list
from services.console.pages.enterprises import forming_of
from services.console.pages.units import Asked
from services.console.problems import problem
from services.console.views.explanation import explained
from services.console.views.home import LISTS
from services.console.when import When, WhenAsked

router = APIRouter()

Matter = Literal["corrections", "decisions", "views"]
Chosen = Annotated[str, Query(alias="filter")]
Text = Annotated[str, Query(max_length=200)]
PAPERS = (
    ("figures", (), True), ("enterprises", ("enterprises",), True), ("must-form", ("must-form",), True),
    ("organisations", ("organisations",), False), ("advisers", ("advisers",), True), ("projects", ("projects",), True),
    ("filings", ("filings",), True),
)  # fmt: skip
"""Of a unit: name, its place below the unit's address, and whether it can be had of any day."""


@router.get("/units/{unit}/enterprises/{form:paper}")
async def enterprises(
    page: Current, unit: str, form: str, when: WhenAsked, asked: Annotated[Asked, Query()]
) -> Response:
    """Give the whole filtered list of enterprises."""
    await page.recalled(when)
    return await hand_out(page, form, await listing(page, asked.of_unit(unit, when), when))


@router.get("/units/{unit}/must-form/{form:paper}")
async def ledger_of_duties(page: Current, unit: str, form: str, day: Day) -> Response:
    """Give 应建未建台账."""
    return await hand_out(page, form, await must_form(page, unit, day))


@router.get("/units/{unit}/organisations/{form:paper}")
async def register_of_organisations(
    page: Current, unit: str, form: str, formed: Annotated[str, Query(alias="form")] = "", text: Text = ""
) -> Response:
    """Give 党组织登记表, of now."""
    return await hand_out(page, form, await organisations(page, unit, formed, text.strip()))


@router.get("/units/{unit}/advisers/{form:paper}")
async def advisers_in_office(page: Current, unit: str, form: str, day: Day) -> Response:
    """Give the list of advisers, without names."""
    return await hand_out(page, form, await advisers(page, unit, day))


@router.get("/units/{unit}/projects/{form:paper}")
async def projects_of_unit(
    page: Current,
    unit: str,
    form: str,
    *,
    day: Day,
    chosen: Annotated[str, Query(alias="filter")] = "",
    text: Text = "",
) -> Response:
    """Give the table of projects."""
    return await hand_out(page, form, await projects(page, unit, day, chosen, text.strip()))


@router.get("/units/{unit}/filings/{form:paper}")
async def filings_of_year(page: Current, unit: str, form: str, day: Day) -> Response:
    """Give who has filed for the day's year."""
    return await hand_out(page, form, await filings(page, unit, day))


@router.get("/units/{unit}/{form:paper}")
async def figures_of_unit(page: Current, unit: str, form: str, when: WhenAsked) -> Response:
    """Give the unit's figures and those of its children."""
    await page.recalled(when)
    return await hand_out(page, form, await figures(page, unit, when))


@router.get("/units/{unit}/reports/{form:paper}")
async def reports_of_month(page: Current, unit: str, form: str, month: str) -> Response:
    """Give how the reports of a month stand."""
    return await hand_out(page, form, await reporting(page, unit, month))


@router.get("/units/{unit}/verifications/{form:paper}")
async def open_verifications(page: Current, unit: str, form: str) -> Response:
    """Give the counts that differ, and where registers differ."""
    return await hand_out(page, form, await verifications(page, unit))


@router.get("/units/{unit}/decisions/{form:paper}")
async def open_decisions(page: Current, unit: str, form: str) -> Response:
    """Give what was proposed and waits."""
    return await hand_out(page, form, await decisions(page, unit))


@router.get("/units/{unit}/todo/{name}/{form:paper}")
async def work_waiting(page: Current, unit: str, name: str, form: str) -> Response:
    """Give one work list whole."""
    if name not in LISTS:
        raise problem(404, "missing")
    return await hand_out(page, form, await work_list(page, unit, name))


@router.get("/audit/{matter}/{form:paper}")
async def for_auditors(page: Current, matter: Matter, form: str, unit: str = "") -> Response:
    """Give a list for auditors."""
    return await hand_out(page, form, await audit_list(page, matter, unit or page.reader.unit))


@router.get("/units/{unit}/papers")
async def all_papers(page: Current, unit: str, day: Day) -> Response:
    """Show every paper that there is of the unit."""
    message = coverage_pb2.FiguresRequest(unit=unit, day=day)
    answer = await page.ask(page.context.peers.coverage.Overview, message)
    shown: Response = page.show(
        "papers.html", unit=answer.figures.unit, units=tuple(answer.path), day=answer.figures.day, when=When(day),
        papers=PAPERS, demonstration=answer.basis.demonstration,
    )  # fmt: skip
    return shown


@router.get("/enterprises/{enterprise}/filing/{form:paper}")
async def filing_of(page: Current, enterprise: str, form: str, day: Day) -> Response:
    """Give an enterprise's 报备表 and 回执 of the day's year."""
    return await hand_out(page, form, await filing_paper(page, enterprise, day))


@router.get("/filing/{form:paper}")
async def own_filing(page: Firm, form: str) -> Response:
    """Give an enterprise its own 报备表 and 回执."""
    return await hand_out(page, form, await filing_paper(page, page.reader.enterprise, ""))


@router.get("/enterprises/{enterprise}/{form:paper}")
async def one_enterprise(page: Current, enterprise: str, form: str, day: Day) -> Response:
    """Give 一企一表."""
    answer = await page.ask(
        page.context.peers.coverage.Explain, coverage_pb2.ExplainRequest(enterprise=enterprise, day=day)
    )
    forming = await forming_of(page, answer.row.subject, answer.day) or ()
    return await hand_out(page, form, sheet_of_enterprise(explained(answer), forming, live=not day))
