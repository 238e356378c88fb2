"""All rows of a list that is told page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.console.context import Page
from services.console.problems import problem

__all__ = ["every_row"]

LARGEST_PAGE = 1000
MOST_ROWS = 50_000


async def every_row(
    page: Page, method: Any, asked: Callable[[str], Any], *, largest: int = LARGEST_PAGE
) -> tuple[list[Any], Any]:
    """The rows, and the last answer with what stands beside them; `asked` makes the request of a page's token.

    `largest`: how many rows a page of this method may have.
    Raises PageProblem when the list is too long for one paper.
    """
    rows: list[Any] = []
    token = ""
    while True:
        request = asked(token)
        request.page_size = largest
        listed = await page.ask(method, request)
        if listed.total > MOST_ROWS:
            raise problem(422, "too-long", most=MOST_ROWS, total=listed.total)
        rows.extend(listed.rows)
        token = listed.next_page_token
        if not token:
            return rows, listed
