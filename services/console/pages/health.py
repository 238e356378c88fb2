"""The health of the installation, and the open check for whoever supervises the console."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grpc
from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from proto.xianfeng.platform.v1 import operations_pb2
from services.console.context import Current, Page
from services.console.problems import of_rpc
from services.console.views.health import Health, Process, health, state_word
from services.console.views.machine import machine
from xianfeng.runtime.report import read_report

router = APIRouter()

# These two say what the reader did wrong, not how the service is.
READERS_OWN = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)


@router.get("/healthz")
async def alive() -> Response:
    return PlainTextResponse("ok\n")


@router.get("/health")
async def health_page(page: Current) -> Response:
    return page.show("health.html", view=await _health(page))


@router.get("/health/now")
async def health_now(page: Current) -> Response:
    """The changing part of the page alone, for the page itself to fetch."""
    return page.show("parts/health.html", view=await _health(page))


async def _health(page: Page) -> Health:
    services = page.context.peers.operations
    found = await asyncio.gather(*(_status(page, stub) for stub in services.values()))
    answers = {name: status for name, (status, _) in zip(services, found, strict=True) if status is not None}
    away = {name: why for name, (status, why) in zip(services, found, strict=True) if status is None}
    data_dir, hub = page.context.data_dir, page.context.hub
    processes, room = await asyncio.to_thread(lambda: (_processes(data_dir), machine(data_dir)))
    return health(answers, away, processes, room, watched=hub.watched, clients=hub.clients)


async def _status(page: Page, stub: Any) -> tuple[Any, str]:
    try:
        return await page.ask(stub.Status, operations_pb2.StatusRequest()), ""
    except grpc.aio.AioRpcError as lost:
        if lost.code() in READERS_OWN:
            raise
        return None, of_rpc(lost).title


def _processes(data_dir: Path) -> tuple[Process, ...]:
    """Return the supervised processes; none when something else than our supervisor runs the services."""
    report = read_report(data_dir) or {"programs": []}
    return tuple(_process(program) for program in report["programs"])


def _process(program: Mapping[str, Any]) -> Process:
    state = str(program["state"])
    return Process(
        name=str(program["name"]),
        state=state_word(state),
        pid=int(program.get("pid") or 0),
        restarts=int(program.get("restarts") or 0),
        well=state == "ready",
    )
