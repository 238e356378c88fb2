"""All rows of a list that is told page by page."""

from __future__ import annotations

from typing import Any

from services.console.context import Page
from services.console.problems import problem

__all__ = ["every_row"]

LARGEST_PAGE = 1000
MOST_ROWS = 50_000


async def every_row(page: Page, method: Any, request: Any, *, largest: int = LARGEST_PAGE) -> tuple[list[Any], Any]:
    """The rows, and the last answer with what stands beside them; the request is turned from page to page.

    `largest`: how many rows a page of this method may have.
    Raises PageProblem when the list is too long for one paper.
    """
    rows: list[Any] = []
    request.page_size, request.page_token = largest, ""
    while True:
        listed = await page.ask(method, request)
        if listed.total > MOST_ROWS:
            raise problem(422, "too-long", most=MOST_ROWS, total=listed.total)
        rows.extend(listed.rows)
        request.page_token = listed.next_page_token
        if not request.page_token:
            return rows, listed
