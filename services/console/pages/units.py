"""A unit: its overview on any day, and the lists of enterprises behind the numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.responses import Response

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.context import Current, the_day
from services.console.kept_pages import digest
from services.console.views.labels import DUTIES, FILTERS, STATUSES
from services.console.views.overview import overview

router = APIRouter()

PAGE_SIZE = 50
CHOICES = {"status": (*STATUSES, "out_of_scope", "inactive"), "duty": DUTIES, "filter": FILTERS}
Day = Annotated[str, Depends(the_day)]


@router.get("/units/{unit}")
async def unit_overview(page: Current, unit: str, day: Day) -> Response:
    return await _overview(page, unit, day)


class Asked(BaseModel):
    """The query of a list's address; ``at`` is the token of a further page."""

    status: str = ""
    duty: str = ""
    filter: str = ""
    overdue: str = ""
    text: str = ""
    at: str = ""

    def of_unit(self, unit: str, day: str) -> coverage_pb2.ListRequest:
        return coverage_pb2.ListRequest(
            unit=unit,
            day=day,
            status=self.status,
            duty=self.duty,
            overdue=bool(self.overdue),
            filter=self.filter,
            text=self.text.strip(),
            page_size=PAGE_SIZE,
            page_token=self.at,
        )


@router.get("/units/{unit}/enterprises")
async def enterprises(page: Current, unit: str, day: Day, asked: Annotated[Asked, Query()]) -> Response:
    coverage = page.context.peers.coverage
    # The list says nothing of the unit itself: its name and path come with its figures.
    above = await page.ask(coverage.Overview, coverage_pb2.FiguresRequest(unit=unit, day=day))
    listed = await page.ask(coverage.List, asked.of_unit(unit, day))
    return page.show(
        "enterprises.html",
        unit=above.figures.unit,
        units=tuple(above.path),
        day=above.figures.day,
        asked_day=day,
        rule_set=listed.basis.rule_set,
        listed=listed,
        asked={**asked.model_dump(exclude={"at"}), "day": day},
        further=bool(asked.at),
        choices=CHOICES,
        demonstration=listed.basis.demonstration,
    )


async def _overview(page: Current, unit: str, day: str) -> Response:
    message = coverage_pb2.FiguresRequest(unit=unit, day=day)
    answer = await page.ask(page.context.peers.coverage.Overview, message)
    return page.show_kept(
        "overview.html",
        (digest(answer), day),
        lambda: {"view": overview(answer, day), "demonstration": answer.basis.demonstration},
    )
