"""Channels that carry a token and the correlation id with every call, for the command line and between services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import grpc
import uuid_utils

from xianfeng.rpc.wire import CORRELATION, MAX_MESSAGE
from xianfeng.telemetry import correlation

__all__ = ["CONNECTING", "Token", "open_aio_channel", "open_channel"]

Token = str | Callable[[], str] | None
CONNECTING = (
    # Services are on this machine or a private network: an environment's web proxy has no business here.
    ("grpc.enable_http_proxy", 0),
    # By default a service that was away for long is tried again after two minutes only.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    # Not what its name says: how long one attempt may take (grpc/grpc issue 33423). A port that is closed says so at
    # once; a service that is busy greets late, and calls that a shorter time gives up fail without need.
    ("grpc.min_reconnect_backoff_ms", 5_000),
)
"""How channels between our services connect: soon again, and with patience for one that is busy."""
_OPTIONS = (
    *CONNECTING,
    ("grpc.max_receive_message_length", MAX_MESSAGE),
    ("grpc.max_send_message_length", MAX_MESSAGE),
    ("grpc.max_metadata_size", 64 * 1024),
)


def open_channel(address: str, token: Token = None) -> grpc.Channel:
    """A channel for threads. `token` may be a function that is asked at each call."""
    return grpc.intercept_channel(grpc.insecure_channel(address, _OPTIONS), _Sync(token))


def open_aio_channel(address: str, token: Token = None) -> grpc.aio.Channel:
    """A channel for coroutines; calls of one answer or a stream of answers."""
    return grpc.aio.insecure_channel(address, _OPTIONS, interceptors=[_AioUnary(token), _AioStream(token)])


class _Details(NamedTuple):
    method: str
    timeout: float | None
    metadata: Any
    credentials: Any
    wait_for_ready: bool | None
    compression: Any = None


class _Bearer:
    def __init__(self, token: Token) -> None:
        self._token = token

    def _metadata(self, given: Any) -> list[tuple[str, str]]:
        pairs = list(given or ())
        names = {key for key, _ in pairs}
        token = self._token() if callable(self._token) else self._token
        if token and "authorization" not in names:
            pairs.append(("authorization", f"Bearer {token}"))
        if CORRELATION not in names:
            pairs.append((CORRELATION, correlation() or str(uuid_utils.uuid7())))
        return pairs


class _Sync(
    _Bearer,
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    def _go(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        wait = getattr(details, "wait_for_ready", None)
        metadata = self._metadata(details.metadata)
        return continuation(_Details(details.method, details.timeout, metadata, details.credentials, wait), request)

    intercept_unary_unary = _go
    intercept_unary_stream = _go
    intercept_stream_unary = _go
    intercept_stream_stream = _go


class _AioBearer(_Bearer):
    async def _go(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        metadata = grpc.aio.Metadata(*self._metadata(details.metadata))
        carrying = grpc.aio.ClientCallDetails(
            details.method, details.timeout, metadata, details.credentials, details.wait_for_ready
        )
        return await continuation(carrying, request)


class _AioUnary(_AioBearer, grpc.aio.UnaryUnaryClientInterceptor):
    intercept_unary_unary = _AioBearer._go


class _AioStream(_AioBearer, grpc.aio.UnaryStreamClientInterceptor):
    intercept_unary_stream = _AioBearer._go
