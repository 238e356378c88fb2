"""The web application: pages, assets, and what is shown when something goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import grpc
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Scope

from services.console.assets import Assets
from services.console.context import Context, StillRecalling, current, login_address
from services.console.guard import READS, Guard, most_bytes
from services.console.pages import (
    audit,
    enterprises,
    entry,
    entry_many,
    filing,
    health,
    home,
    ledger,
    ledger_mappings,
    lists,
    live,
    login,
    matters,
    papers,
    report_acts,
    reports,
    subjects,
    units,
    work,
)
from services.console.problems import PageProblem, of_rpc, problem
from services.console.session import COOKIE, LoginNeeded, PasswordNeeded
from services.console.slots import state_frame

__all__ = ["make_app"]

log = structlog.get_logger(__name__)

ROOMS = (
    home, work, filing, audit, login, live, entry, entry_many, ledger, ledger_mappings, matters, papers, reports,
    report_acts, lists, subjects, units, enterprises, health,
)  # fmt: skip
"""The pages, in the order in which an address is looked for."""


def make_app(context: Context, assets: Assets) -> ASGIApp:
    """Put the application together; it renders live frames for as long as it runs."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=_lifespan)
    app.state.context = context
    app.add_route("/static/{name}", assets.answer)
    for room in ROOMS:
        app.include_router(room.router)
    app.add_exception_handler(LoginNeeded, _to_login)
    app.add_exception_handler(PasswordNeeded, _to_password)
    app.add_exception_handler(PageProblem, _problem)
    app.add_exception_handler(StillRecalling, _still_recalling)
    app.add_exception_handler(grpc.aio.AioRpcError, _rpc_problem)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(Exception, _broken)
    # Outside of everything, so that an unexpected error's page keeps to the policy too.
    return Guard(app, partial(_explain, context))


def _explain(context: Context, scope: Scope, status: int, why: str) -> str:
    """The page of a write that reaches no other."""
    request = Request(scope)
    most = most_bytes(request.url.path) >> (20 if why == "too-large-file" else 10)
    reader = context.sessions.read(request.cookies.get(COOKIE))
    return context.pages.whole(request, "problem.html", reader=reader, problem=problem(status, why, most=most))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    rendering = asyncio.create_task(context.hub.run())
    yield
    context.hub.close()
    rendering.cancel()
    with suppress(asyncio.CancelledError):
        await rendering
    await context.peers.close()


async def _to_login(request: Request, _: Exception) -> Response:
    if "text/event-stream" in request.headers.get("accept", ""):
        # An EventSource cannot see a status: it is told, and stops.
        return Response(state_frame("login"), media_type="text/event-stream")
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Refresh": "true"})
    answer = RedirectResponse(login_address(request), 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


async def _to_password(request: Request, _: Exception) -> Response:
    return RedirectResponse("/password", 303)


async def _problem(request: Request, found: Any) -> Response:
    context = current(request)
    reader = context.sessions.read(request.cookies.get(COOKIE))
    # What was sent with a form is not sent again by a page that looks by itself.
    found.retry = found.retry and request.method in READS
    answer = context.pages.answer(request, "problem.html", status=found.status, reader=reader, problem=found)
    if found.retry:
        answer.headers["Retry-After"] = "5"
    return answer


async def _still_recalling(request: Request, still: Any) -> Response:
    context = current(request)
    reader = context.sessions.read(request.cookies.get(COOKIE))
    shown = {"when": still.when, "found": still.found}
    return context.pages.answer(request, "recalling.html", status=202, reader=reader, **shown)


async def _rpc_problem(request: Request, error: Any) -> Response:
    if error.code() is grpc.StatusCode.UNAUTHENTICATED:
        return await _to_login(request, error)
    found = of_rpc(error)
    if found.status >= 500:
        log.warning("peer-call-failed", code=error.code().name, path=request.url.path)
    return await _problem(request, found)


async def _bad_request(request: Request, _: Exception) -> Response:
    return await _problem(request, problem(422, "invalid"))


async def _http_problem(request: Request, error: Any) -> Response:
    kind = {404: "missing", 405: "missing"}.get(error.status_code, "invalid")
    return await _problem(request, problem(error.status_code, kind))


async def _broken(request: Request, error: Exception) -> Response:
    log.error("page-broken", path=request.url.path, exc_info=error)
    return await _problem(request, problem(500, "broken"))
