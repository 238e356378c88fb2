"""A unit: its overview on any day, and the lists of enterprises behind the numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Current
from services.console.kept_pages import digest
from services.console.views.labels import DUTIES, FILTERS, STATUSES, WARNINGS
from services.console.views.listing import listed
from services.console.views.overview import overview
from services.console.when import When, WhenAsked

router = APIRouter()

PAGE_SIZE = 50
CHOICES = {
    "status": (*STATUSES, "out_of_scope", "inactive"), "duty": DUTIES, "filter": FILTERS, "warning": WARNINGS,
}  # fmt: skip
COLUMNS = {"name": True, "code": True, "unit": False, "status": True, "duty": True, "since": True, "due": True}


@router.get("/units/{unit}")
async def unit_overview(page: Current, unit: str, when: WhenAsked) -> Response:
    await page.recalled(when)
    message = coverage_pb2.FiguresRequest(unit=unit, day=when.day, known_at=when.instant)
    answer = await page.ask(page.context.peers.coverage.Overview, message)
    return page.show_kept(
        "overview.html",
        (digest(answer), when),
        lambda: {"view": overview(answer, when), "demonstration": answer.basis.demonstration},
    )


class Asked(BaseModel):
    """The query of a list's address; ``at`` is the token of a further page."""

    status: str = ""
    duty: str = ""
    filter: str = ""
    warning: str = ""
    overdue: str = ""
    text: str = ""
    sort: str = ""
    at: str = ""

    def of_unit(self, unit: str, when: When) -> coverage_pb2.ListRequest:
        return coverage_pb2.ListRequest(
            unit=unit,
            day=when.day,
            known_at=when.instant,
            status=self.status,
            duty=self.duty,
            overdue=bool(self.overdue),
            filter=self.filter,
            warning=self.warning,
            text=self.text.strip(),
            page_size=PAGE_SIZE,
            page_token=self.at,
            sort=self.sort,
        )


@router.get("/units/{unit}/enterprises")
async def enterprises(page: Current, unit: str, when: WhenAsked, asked: Annotated[Asked, Query()]) -> Response:
    await page.recalled(when)
    answer = await page.ask(page.context.peers.coverage.List, asked.of_unit(unit, when))
    view = listed(answer, ("units", unit, "enterprises"), asked.model_dump(exclude={"at"}), when, COLUMNS)
    return page.show("enterprises.html", view=view, choices=CHOICES, demonstration=view.demonstration)
