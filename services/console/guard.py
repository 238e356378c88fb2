"""What every answer and every write must keep to: security headers, the Origin check, one correlation id."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xianfeng.telemetry import bind_correlation, span
from xianfeng.words import say

__all__ = ["Guard"]

POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
READS = ("GET", "HEAD", "OPTIONS")
MOST_BODY = 64 << 10
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class Guard:
    """ASGI middleware. A write from another origin, or one that is too large, never reaches a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        correlation = _correlation(headers)
        scope.setdefault("state", {})["correlation"] = correlation

        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message), correlation)
            await send(message)

        refused = None if scope["method"] in READS else _refusal(headers)
        if refused is None:
            bind_correlation(correlation)
            with span("page", path=scope["path"], method=scope["method"]):
                await self._app(scope, receive, finish)
        else:
            await _refuse(finish, *refused)


def _correlation(headers: Headers) -> str:
    given = headers.get("x-correlation-id", "")
    return given if GIVEN_ID.fullmatch(given) else str(uuid.uuid4())


def _complete(headers: MutableHeaders, correlation: str) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    headers["X-Correlation-Id"] = correlation
    headers.setdefault("Cache-Control", "no-store")


def _refusal(headers: Headers) -> tuple[int, str] | None:
    # A form of another site can carry our cookie's reader along, but never our own Origin.
    if urlsplit(headers.get("origin", "")).netloc != headers.get("host", "") or not headers.get("host"):
        return 403, say("console.problem.origin.remedy")
    length = headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BODY:
        return 413, say("console.problem.too-large.remedy")
    return None


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
