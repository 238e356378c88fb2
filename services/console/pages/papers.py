"""What goes out on paper: every list and form as a workbook, a PDF, or a page to print."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.console.context import Current, the_day
from services.console.exports.handing import hand_out
from services.console.exports.listing import listing
from services.console.pages.units import Asked

router = APIRouter()

Day = Annotated[str, Depends(the_day)]


@router.get("/units/{unit}/enterprises/{form:paper}")
async def enterprises(page: Current, unit: str, form: str, day: Day, asked: Annotated[Asked, Query()]) -> Response:
    """Give the whole filtered list of enterprises."""

    def request(token: str) -> Any:
        return asked.model_copy(update={"at": token}).of_unit(unit, day)

    return await hand_out(page, form, await listing(page, request, day))
