"""Lists out: the whole filtered list as a workbook or on paper. Every export is logged, without what was exported."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.console.context import Current, Page, the_day
from services.console.exports.listing import COLUMNS, Listing, gather
from services.console.exports.workbook import as_workbook
from services.console.pages.units import Asked

router = APIRouter()
log = structlog.get_logger(__name__)

Day = Annotated[str, Depends(the_day)]
Wanted = Annotated[Asked, Query()]


@router.get("/units/{unit}/enterprises.xlsx")
async def workbook(page: Current, unit: str, day: Day, asked: Wanted) -> Response:
    """Give the list as a workbook."""
    listing = await _gather(page, unit, day, asked, "xlsx")
    return await as_workbook(listing)


@router.get("/units/{unit}/enterprises/print")
async def on_paper(page: Current, unit: str, day: Day, asked: Wanted) -> Response:
    """Show the list as it is printed."""
    listing = await _gather(page, unit, day, asked, "print")
    answer: Response = page.show("print_list.html", listing=listing, columns=COLUMNS)
    return answer


async def _gather(page: Page, unit: str, day: str, asked: Asked, form: str) -> Listing:
    def request(token: str) -> Any:
        return asked.model_copy(update={"at": token}).of_unit(unit, day)

    listing = await gather(page, request, day)
    log.info("list-exported", form=form, account=page.reader.handle, unit=listing.unit.id, rows=len(listing.rows))
    return listing
