"""Calls to the services of this installation, as its local administrator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from xianfeng.failure import StartFailure
from xianfeng.refusal import Refused
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.tokens import read_local_token
from xianfeng.runtime.health import reachable
from xianfeng.settings import Settings

__all__ = ["GRPC_SERVICES", "connected"]

GRPC_SERVICES = ("registry", "coverage")


@contextmanager
def connected(settings: Settings, service: str) -> Iterator[grpc.Channel]:
    """Give a channel to a service that carries the local administrator's token. Raises StartFailure without one."""
    try:
        token = read_local_token(settings.data_dir)
    except Refused as missing:
        raise StartFailure(missing.message) from missing
    with open_channel(reachable(settings.address(service)), token) as channel:
        yield channel
