"""Lists of a unit beside that of its enterprises: projects, Party organisations, advisers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Current, Day, Page
from services.console.templating import link
from services.console.views.labels import OF_ORGANISATIONS, ORGANISED, PROJECT_FILTERS
from services.console.views.listing import listed
from services.console.when import When, WhenAsked

router = APIRouter()

PAGE_SIZE = 50
MOST_ADVISERS = 200
PROJECTS = {"name": True, "unit": False, "enterprise": False, "form": True, "organisation": False}
ORGANISATIONS = {
    "name": True, "form": True, "type": True, "unit": False, "members": False, "term": False, "warnings": False,
}  # fmt: skip


class Asked(BaseModel):
    """The query of a list's address; ``at`` is the token of a further page."""

    filter: str = ""
    form: str = ""
    warning: str = ""
    text: str = ""
    sort: str = ""
    at: str = ""

    def told(self, *, without: set[str]) -> dict[str, str]:
        return self.model_dump(exclude={"at", *without})


Wanted = Annotated[Asked, Query()]


@router.get("/units/{unit}/projects")
async def projects(page: Current, unit: str, when: WhenAsked, asked: Wanted) -> Response:
    """The projects that are open on the day: those that R6 divides, and those that nobody serves."""
    await page.recalled(when)
    message = coverage_pb2.ListProjectsRequest(
        unit=unit, day=when.day, known_at=when.instant, filter=asked.filter, text=asked.text.strip(), sort=asked.sort,
        page_token=asked.at, page_size=PAGE_SIZE,
    )  # fmt: skip
    answer = await page.ask(page.context.peers.coverage.ListProjects, message)
    view = listed(
        answer, ("units", unit, "projects"), asked.told(without={"form", "warning"}), when, PROJECTS, "project.column"
    )
    return _show(page, "projects.html", view, choices={"filter": PROJECT_FILTERS})


@router.get("/units/{unit}/organisations")
async def organisations(page: Current, unit: str, when: WhenAsked, asked: Wanted) -> Response:
    """The Party organisations that stand on the day, with the enterprises that belong to each."""
    await page.recalled(when)
    message = coverage_pb2.ListOrganisationsRequest(
        unit=unit, day=when.day, known_at=when.instant, form=asked.form, warning=asked.warning,
        text=asked.text.strip(), sort=asked.sort, page_token=asked.at, page_size=PAGE_SIZE,
    )  # fmt: skip
    answer = await page.ask(page.context.peers.coverage.ListOrganisations, message)
    view = listed(
        answer,
        ("units", unit, "organisations"),
        asked.told(without={"filter"}),
        when,
        ORGANISATIONS,
        "organisation.column",
    )
    return _show(page, "organisations.html", view, choices={"form": ORGANISED, "warning": OF_ORGANISATIONS})


@router.get("/units/{unit}/advisers")
async def advisers(page: Current, unit: str, day: Day, at: str = "") -> Response:
    """The advisers in office on the day, and whom each of them looks after."""
    message = queries_pb2.ListAdviserPostsRequest(unit=unit, day=day, page_token=at, page_size=MOST_ADVISERS)
    answer = await page.ask(page.context.peers.registry.ListAdviserPosts, message)
    following = answer.next_page_token
    return page.show(
        "advisers.html", answer=answer, unit=answer.path[-1], when=When(day), demonstration=answer.demonstration,
        start=link("units", unit, "advisers", day=day) if answer.before else "",
        following=link("units", unit, "advisers", day=day, at=following) if following else "",
    )  # fmt: skip


def _show(page: Page, template: str, view: Any, **values: Any) -> Response:
    shown: Response = page.show(template, view=view, demonstration=view.demonstration, **values)
    return shown
