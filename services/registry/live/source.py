"""An HTTP source of registry records, one JSON a line, with a resumable cursor.

* `GET URL/stream?timepoint=N`: the changes after cursor N, for ever; blank lines while there is nothing new.
  Status 416: the source has forgotten what came after N. In the manner of Companies House's streaming API.
* `GET URL/snapshot`: all records, each once, deleted ones with their day; the first line has the cursor and day at
  which it was taken, the last one how many records there were.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Self

import httpx

from services.registry.live.lines import LineTooLong, lines

__all__ = ["CursorTooOld", "HttpSource", "SourceBroken", "SourceRefuses"]

_CONNECT = 10.0
_AGAIN = frozenset({408, 425, 429})


class CursorTooOld(Exception):
    """The source has no records so old: only a snapshot tells what happened."""


class SourceBroken(Exception):
    """The connection failed, fell silent or said nonsense: worth another try. The message names the kind of failure."""


class SourceRefuses(Exception):
    """The source will not serve this however often it is asked; `status` is its HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class HttpSource:
    """`silence`: seconds without a byte, heartbeats included, after which the connection is taken for dead."""

    def __init__(self, url: str, silence: float = 45.0) -> None:
        self._url = url.rstrip("/")
        timeout = httpx.Timeout(_CONNECT, read=silence)
        self._client = httpx.AsyncClient(timeout=timeout, follow_redirects=True, headers={"accept": "application/json"})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._client.aclose()

    def changes(self, after: int) -> AsyncGenerator[bytes, None]:
        """The lines of the changes after a cursor, heartbeats as empty lines. Raises the three exceptions above."""
        return self._lines("stream", {"timepoint": str(after)})

    def snapshot(self) -> AsyncGenerator[bytes, None]:
        """The lines of a snapshot. Raises SourceBroken, SourceRefuses."""
        return self._lines("snapshot", {})

    async def _lines(self, what: str, parameters: dict[str, str]) -> AsyncGenerator[bytes, None]:
        try:
            async with self._client.stream("GET", f"{self._url}/{what}", params=parameters) as response:
                _check(what, response.status_code)
                async with aclosing(lines(response.aiter_bytes())) as found:
                    async for line in found:
                        yield line
        except (httpx.TransportError, httpx.DecodingError, LineTooLong) as broken:
            raise SourceBroken(type(broken).__name__) from broken
        except httpx.TooManyRedirects:
            raise SourceRefuses(310) from None


def _check(what: str, status: int) -> None:
    if what == "stream" and status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise CursorTooOld
    if status >= 500 or status in _AGAIN:
        raise SourceBroken(f"HTTP {status}")
    if status != httpx.codes.OK:
        raise SourceRefuses(status)
