"""What every page is given: the services, the templates, the sessions, the live hub."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request

from proto.xianfeng.coverage.v1 import coverage_pb2
from services.console.problems import problem
from services.console.queries import Caller, Peers
from services.console.session import COOKIE, LoginNeeded, PasswordNeeded, Reader, Sessions
from services.console.stream import Hub
from services.console.templating import Pages
from services.console.when import When, WhenAsked

__all__ = [
    "AnyReader", "Context", "Current", "Day", "Everyone", "Firm", "Page", "StillRecalling", "current", "local_path",
    "login_address",
]  # fmt: skip

ENTERPRISE = "enterprise"


@dataclass(frozen=True)
class Context:
    """Made once at the start (``main``) and kept as ``app.state.context``."""

    peers: Peers
    pages: Pages
    sessions: Sessions
    hub: Hub
    data_dir: Path


class StillRecalling(Exception):
    """What was known then is being recalled: the page says how far, and asks again by itself."""

    def __init__(self, when: When, found: Any) -> None:
        super().__init__(when.known_at)
        self.when, self.found = when, found


@dataclass(frozen=True)
class Page:
    """One request of a reader: ask services for them and render for them."""

    request: Request
    context: Context
    reader: Reader

    @property
    def caller(self) -> Caller:
        return caller_of(self.request, self.reader.token)

    async def ask(self, method: Any, message: Any) -> Any:
        return await self.context.peers.ask(method, message, self.caller)

    async def recalled(self, when: When) -> None:
        """Go on once what was known then can be asked. Raises StillRecalling, grpc.aio.AioRpcError."""
        if when.known_at:
            message = coverage_pb2.RecallRequest(known_at=when.instant)
            found = await self.ask(self.context.peers.coverage.Recall, message)
            if not found.ready:
                raise StillRecalling(when, found)

    def flow(self, method: Any, requests: Any) -> Any:
        """Call a method that takes or gives a stream."""
        return self.context.peers.flow(method, requests, self.caller)

    def show(self, template: str, *, status: int = 200, **values: Any) -> Any:
        return self.context.pages.answer(self.request, template, status=status, reader=self.reader, **values)

    def show_kept(self, template: str, shown: Hashable, values: Callable[[], Mapping[str, Any]]) -> Any:
        """Show a page that others of this role and unit are shown too; see ``Pages.answer_kept``."""
        return self.context.pages.answer_kept(self.request, template, self.reader, shown, values)


def current(request: Request) -> Context:
    return cast(Context, request.app.state.context)


def caller_of(request: Request, token: str = "") -> Caller:
    """Return for whom the services are called, with the browser's address for registry's rate limit."""
    return Caller(token, request.state.correlation, request.client.host if request.client else "")


# Asynchronous, all of them: what is not is sent to a thread and back for each page.
async def any_reader(request: Request) -> Page:
    """Give the page of whoever is logged in, also with a one-time password. Raises LoginNeeded."""
    context = current(request)
    reader = context.sessions.read(request.cookies.get(COOKIE))
    if reader is None:
        raise LoginNeeded
    return Page(request, context, reader)


async def everyone(page: Annotated[Page, Depends(any_reader)]) -> Page:
    """Give the page of an account with a password of its own. Raises PasswordNeeded."""
    if page.reader.must_change_password:
        raise PasswordNeeded
    return page


async def _office(page: Annotated[Page, Depends(everyone)]) -> Page:
    # An enterprise sees its filing and nothing else (domain §9): no page need think of it.
    if page.reader.role == ENTERPRISE:
        raise problem(403, "firm")
    return page


async def _firm(page: Annotated[Page, Depends(everyone)]) -> Page:
    if page.reader.role != ENTERPRISE:
        raise problem(403, "forbidden")
    return page


AnyReader = Annotated[Page, Depends(any_reader)]
Everyone = Annotated[Page, Depends(everyone)]
Current = Annotated[Page, Depends(_office)]
"""Everybody but enterprises: what a page is for."""
Firm = Annotated[Page, Depends(_firm)]
"""An enterprise's own account."""


async def _day(when: WhenAsked) -> str:
    return when.day


Day = Annotated[str, Depends(_day)]
"""The day in the address alone; empty: the present."""


def local_path(address: str) -> str:
    """Return a place of our own to go on to; anything else becomes the start page."""
    return address if address.startswith("/") and address[1:2] not in ("/", "\\") and address.isprintable() else "/"


def login_address(request: Request) -> str:
    """Where to log in and be led back: to the page, or to the form that was sent; a browser keeps what was typed."""
    wanted = request.url if request.method == "GET" else urlsplit(request.headers.get("referer", ""))
    there = wanted.netloc == request.headers.get("host") and wanted.path not in ("", "/")
    place = local_path(wanted.path + (f"?{wanted.query}" if wanted.query else "")) if there else "/"
    return "/login" if place == "/" else f"/login?next={quote(place, safe='')}"
