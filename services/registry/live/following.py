"""An adapter put together: an HTTP source on one side, registry's address on the other."""

from __future__ import annotations

from collections.abc import Callable

from services.registry.live.adapter import Adapter, SourceWentBack
from services.registry.live.keeping import keep
from services.registry.live.progress import Progress
from services.registry.live.pushing import Registry
from services.registry.live.source import HttpSource, SourceRefuses
from xianfeng.rpc.channel import open_aio_channel
from xianfeng.words import say

__all__ = ["Refusing", "follow_source"]


class Refusing(Exception):
    """The source cannot be followed, and another try would not help. `message` is for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


async def follow_source(
    url: str, source: str, address: str, token: str, tell: Callable[[Progress], None], *, once: bool, silence: float
) -> None:
    """Follow the source at `url` until cancelled, with `once` until it has nothing new.

    Raises Refusing, or grpc.aio.AioRpcError when registry does not let this account feed it.
    """
    async with HttpSource(url, silence) as http, open_aio_channel(address, token) as channel:
        adapter = Adapter(http, Registry(channel, token, source), keep, tell)
        try:
            await adapter.run(once=once)
        except SourceRefuses as refuses:
            raise Refusing(say("live.cli.refused", url=url, status=refuses.status)) from None
        except SourceWentBack as back:
            text = say("live.cli.went-back", source=source, cursor=back.cursor, known=back.known)
            raise Refusing(text) from None
