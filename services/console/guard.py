"""What every answer and every write must keep to: security headers, the Origin check, one correlation id."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xianfeng.telemetry import bind_correlation, span

__all__ = ["MOST_FILE", "Guard", "most_bytes"]

POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}
READS = ("GET", "HEAD", "OPTIONS")
MOST_BODY = 64 << 10
UPLOADS = re.compile(r"/units/[^/]+/ledger")
MOST_FILE = 20 << 20
FORM_AROUND = 64 << 10
"""What a form adds to the file that it carries."""
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


Explain = Callable[[Scope, int, str], str]


class Guard:
    """ASGI middleware. A write from another origin, or one that is too large, never reaches a page.

    `explain` makes the page that says so, of the status and the problem's name. What is too large is refused by its
    stated length; what still arrives of it the server reads and throws away, piece by piece, so that the browser
    gets to the answer.
    """

    def __init__(self, app: ASGIApp, explain: Explain) -> None:
        self._app = app
        self._explain = explain

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

        refused = None if scope["method"] in READS else _refusal(headers, scope["path"])
        if refused is None:
            bind_correlation(correlation)
            with span("page", path=scope["path"], method=scope["method"]):
                await self._app(scope, receive, finish)
        else:
            status, why = refused
            await _refuse(finish, status, self._explain(scope, status, why))


def _correlation(headers: Headers) -> str:
    given = headers.get("x-correlation-id", "")
    return given if GIVEN_ID.fullmatch(given) else str(uuid.uuid4())


def _complete(headers: MutableHeaders, correlation: str) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    headers["X-Correlation-Id"] = correlation
    headers.setdefault("Cache-Control", "no-store")


def most_bytes(path: str) -> int:
    """How much may be sent to a page."""
    return MOST_FILE + FORM_AROUND if UPLOADS.fullmatch(path) else MOST_BODY


def _refusal(headers: Headers, path: str) -> tuple[int, str] | None:
    # A form of another site can carry our cookie's reader along, but never our own Origin.
    if urlsplit(headers.get("origin", "")).netloc != headers.get("host", "") or not headers.get("host"):
        return 403, "origin"
    length = headers.get("content-length", "")
    if not length.isdecimal() or int(length) > most_bytes(path):
        return 413, "too-large-file" if UPLOADS.fullmatch(path) else "too-large"
    return None


async def _refuse(send: Send, status: int, html: str) -> None:
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": html.encode()})
