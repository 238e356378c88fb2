"""The console on a real port over fake services."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from services.console.main import compose
from services.console.queries import Peers
from tests.fixtures.servers import free_port
from tests.integration.console.eventually import eventually
from tests.integration.console.fake_services import PASSWORD, FakeServices, World
from xianfeng.settings import Settings


class Site:
    """A console that runs: its address, the world behind it, and a browser-like client."""

    def __init__(self, address: str, services: FakeServices, context: Any) -> None:
        self.address = address
        self.services = services
        self.world = services.world
        self.context = context

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.address, headers={"Origin": self.address}, timeout=20)

    async def login(self, client: httpx.AsyncClient, handle: str = "province") -> httpx.Response:
        return await client.post("/login", data={"handle": handle, "password": PASSWORD})


@contextmanager
def assets_in(path: Path) -> Iterator[Path]:
    """Give stand-ins for the two unpacked files: the pages work without their content."""
    for name in ("tabler.min.css", "htmx.min.js"):
        (path / "library" / "1").mkdir(parents=True, exist_ok=True)
        (path / "library" / "1" / name).write_text("/* none */")
    yield path


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    services = FakeServices(World())
    await services.start()
    settings = Settings.load({"XIANFENG_DATA_DIR": str(tmp_path / "data")})
    with assets_in(tmp_path / "assets") as assets:
        peers = Peers(services.address, services.address, lambda: "token-of-the-console")
        app, context = compose(replace(settings, assets_dir=assets), peers)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None))
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started, "start of the console")
    yield Site(f"http://127.0.0.1:{port}", services, context)
    context.hub.close()
    server.should_exit = True
    await serving
    await services.stop()
