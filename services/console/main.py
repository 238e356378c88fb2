"""How the console starts: settings, channels, the application, the web server."""

from __future__ import annotations

from socket import socket

import structlog
import uvicorn
from starlette.types import ASGIApp

from services.console.app import make_app
from services.console.assets import Assets
from services.console.context import Context
from services.console.frames import Renderer
from services.console.http_protocol import BoundedHttp
from services.console.queries import Peers
from services.console.session import Sessions
from services.console.stream import Hub
from services.console.templating import Pages
from xianfeng.clock import clock_from
from xianfeng.rpc.tokens import Tokens
from xianfeng.runtime.health import reachable
from xianfeng.settings import Settings

__all__ = ["compose", "serve"]

log = structlog.get_logger(__name__)

# Streams never end by themselves; the hub ends them, and this is for whoever does not read.
GRACE = 2


class _Server(uvicorn.Server):
    """Ends the live streams first: uvicorn waits for open answers before it tells the application."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self._hub.close()
        await super().shutdown(sockets)


def compose(settings: Settings, peers: Peers) -> tuple[ASGIApp, Context]:
    """Put the parts together; raises StartFailure when an asset is missing."""
    assets = Assets(settings.assets_dir)
    pages = Pages(assets)
    context = Context(
        peers=peers,
        pages=pages,
        sessions=Sessions(settings.signing_key, clock_from(settings.clock)),
        hub=Hub(peers.watch, Renderer(pages)),
        data_dir=settings.data_dir,
    )
    return make_app(context, assets), context


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, which uvicorn waits for."""
    tokens = Tokens(settings.signing_key, clock_from(settings.clock))
    registry, coverage = (reachable(settings.address(name)) for name in ("registry", "coverage"))
    app, context = compose(settings, Peers(registry, coverage, tokens.for_service("console")))
    host, port = settings.address("console").rsplit(":", 1)
    config = uvicorn.Config(
        app,
        host=host,
        port=int(port),
        access_log=False,
        log_config=None,
        http=BoundedHttp,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
    )
    log.info("console-serves", address=settings.address("console"))
    await _Server(config, context.hub).serve()
