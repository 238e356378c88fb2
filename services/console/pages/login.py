"""Coming in, going out, and changing the password."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import grpc
from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from proto.xianfeng.registry.v1 import accounts_pb2
from services.console.context import AnyReader, caller_of, current, local_path
from services.console.problems import of_rpc
from services.console.session import COOKIE, Reader
from xianfeng.rpc.errors import describe
from xianfeng.words import say

router = APIRouter()

SEE_OTHER = 303
Text = Annotated[str, Form(max_length=200)]
# What a person can put right on the form itself.
ON_THE_FORM = (401, 403, 404, 409, 422, 429)


@router.get("/login")
async def login_form(request: Request, next: str = "/") -> Response:
    return current(request).pages.answer(request, "login.html", next=local_path(next), handle="", wrong="")


@router.post("/login")
async def login(request: Request, handle: Text = "", password: Text = "", next: Text = "/") -> Response:
    context = current(request)
    message = accounts_pb2.LoginRequest(handle=handle.strip(), password=password)
    try:
        answer = await context.peers.ask(context.peers.accounts.Login, message, caller_of(request))
    except grpc.aio.AioRpcError as refused:
        status, wrong = _wrong(refused)
        values = {"next": local_path(next), "handle": handle, "wrong": wrong}
        return context.pages.answer(request, "login.html", status=status, **values)
    reader = Reader.of(answer)
    return _enter(request, reader, "/password" if reader.must_change_password else local_path(next))


@router.post("/logout")
async def logout() -> Response:
    answer = RedirectResponse("/login", SEE_OTHER)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


@router.get("/password")
async def password_form(page: AnyReader) -> Response:
    return page.show("password.html", wrong="")


@router.post("/password")
async def change_password(page: AnyReader, old: Text = "", new: Text = "", again: Text = "") -> Response:
    if new != again:
        return page.show("password.html", status=422, wrong=say("console.password.differ"))
    message = accounts_pb2.ChangePasswordRequest(old_password=old, new_password=new)
    try:
        answer = await page.ask(page.context.peers.accounts.ChangePassword, message)
    except grpc.aio.AioRpcError as refused:
        status, wrong = _wrong(refused)
        return page.show("password.html", status=status, wrong=wrong)
    return _enter(page.request, replace(page.reader, token=answer.token, must_change_password=False), "/")


def _enter(request: Request, reader: Reader, place: str) -> Response:
    answer = RedirectResponse(place, SEE_OTHER)
    cookie = current(request).sessions.write(reader)
    answer.set_cookie(COOKIE, cookie, httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return answer


def _wrong(refused: Any) -> tuple[int, str]:
    if refused.code() is grpc.StatusCode.UNAUTHENTICATED:
        return 401, describe(refused).message or say("console.login.wrong")
    found = of_rpc(refused)
    if found.status not in ON_THE_FORM:
        raise found
    return found.status, found.sentences
