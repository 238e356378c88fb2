"""The answer that goes on: each frame to one reader as it comes, for as long as the reader is there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.console.slots import Slot
from services.console.stream import Hub

__all__ = ["EventStream"]

HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


class EventStream(Response):
    """Frames of these units.

    Not Starlette's own streaming: its generator and the timer of each wait cost as much again as sending does, and
    thousands of readers are sent the same frame at the same moment.
    """

    media_type = "text/event-stream"

    def __init__(self, hub: Hub, units: Iterable[str]) -> None:
        self._hub = hub
        self._units = units
        self.status_code = 200
        self.background = None
        self.init_headers(HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        with self._hub.subscribe(self._units) as slot:
            leaving = asyncio.create_task(_close_when_gone(receive, slot))
            try:
                await send(_piece(b": open\n\n"))
                while not slot.closed:
                    await send(_piece(await slot.take()))
            finally:
                leaving.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _piece(body: bytes) -> dict[str, object]:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _close_when_gone(receive: Receive, slot: Slot) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
    slot.close()
