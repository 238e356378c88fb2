"""Calls to the services of this installation, as its local administrator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import grpc

from xianfeng.rpc.auth import local_metadata
from xianfeng.runtime.health import reachable
from xianfeng.settings import Settings

__all__ = ["GRPC_SERVICES", "connected"]

GRPC_SERVICES = ("registry", "coverage")


@contextmanager
def connected(settings: Settings, service: str) -> Iterator[tuple[grpc.Channel, Sequence[tuple[str, str]]]]:
    """Give a channel to a service and the metadata that say who calls."""
    with grpc.insecure_channel(reachable(settings.address(service))) as channel:
        yield channel, local_metadata(settings)
