"""The one interceptor of every server: who calls, may this role call that, and what an error becomes for the caller."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
import structlog
from grpc.aio import AbortError, AioRpcError, ServicerContext

from xianfeng.event import new_id
from xianfeng.fault import located
from xianfeng.refusal import Refused
from xianfeng.rpc.caller import Principal, reset_principal, set_principal
from xianfeng.rpc.errors import DETAILS, failure_of
from xianfeng.rpc.permissions import OPEN, Permissions
from xianfeng.rpc.tokens import Tokens, unauthenticated
from xianfeng.rpc.wire import CORRELATION
from xianfeng.telemetry import bind_correlation, span
from xianfeng.words import say

__all__ = ["Guard"]

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")
_log = structlog.get_logger("xianfeng.rpc")


class _Malformed:
    """Stands for a request whose bytes are no message of the method."""


class Guard(grpc.aio.ServerInterceptor):
    """Only what `OPEN` lists may be called without a token. `check` may refuse more, an account that was closed."""

    def __init__(
        self, tokens: Tokens, permissions: Permissions, check: Callable[[Principal, str], None] | None = None
    ) -> None:
        self._tokens = tokens
        self._permissions = permissions
        self._check = check
        self._handlers: dict[str, grpc.RpcMethodHandler] = {}

    async def intercept_service(
        self, continuation: Callable[[Any], Awaitable[Any]], handler_call_details: Any
    ) -> grpc.RpcMethodHandler | None:
        method = handler_call_details.method
        if method not in self._handlers:
            handler = await continuation(handler_call_details)
            if handler is None:
                return None
            self._handlers[method] = self._guarded(handler, method)
        return self._handlers[method]

    def _guarded(self, handler: Any, method: str) -> grpc.RpcMethodHandler:
        make, inner = _anatomy(handler)
        checked = _each_whole if handler.request_streaming else _require_whole

        async def one(request: Any, context: ServicerContext[Any, Any]) -> Any:
            async with self._call(method, context):
                return await _answer(inner, checked(request), context)

        async def many(given: Any, context: ServicerContext[Any, Any]) -> Any:
            async with self._call(method, context):
                request = checked(given)
                if not inspect.isasyncgenfunction(inner):
                    await inner(request, context)
                    return
                async for response in inner(request, context):
                    await context.write(response)

        guarded = many if handler.response_streaming else one
        return make(guarded, _tolerant(handler.request_deserializer), handler.response_serializer)

    @asynccontextmanager
    async def _call(self, method: str, context: ServicerContext[Any, Any]) -> AsyncIterator[None]:
        metadata = dict(context.invocation_metadata() or ())
        given = str(metadata.get(CORRELATION, ""))
        correlation = given if _CORRELATION_ID.fullmatch(given) else new_id()
        bind_correlation(correlation)
        context.set_trailing_metadata(((CORRELATION, correlation),))
        try:
            caller = self._admit(method, metadata)
            token = set_principal(caller) if caller else None
            try:
                with span(method, actor=caller.account if caller else ""):
                    yield
            finally:
                if token:
                    reset_principal(token)
        except (AbortError, asyncio.CancelledError):
            raise
        except AioRpcError as error:
            # Another service refused what this one asked on the caller's behalf: its words are the caller's answer.
            trailing = tuple((key, value) for key, value in error.trailing_metadata() or () if key == DETAILS)
            await context.abort(error.code(), error.details() or "", (*trailing, (CORRELATION, correlation)))
        except Exception as error:
            failure = failure_of(error)
            if failure.unexpected:
                _log.error("call-failed", method=method, **located(error))
            details = (DETAILS, failure.status.SerializeToString())
            await context.abort(failure.code, failure.status.message, (details, (CORRELATION, correlation)))

    def _admit(self, method: str, metadata: dict[str, str | bytes]) -> Principal | None:
        if method in OPEN:
            return None
        scheme, _, token = str(metadata.get("authorization", "")).partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthenticated("no-token")
        caller = self._tokens.read(token)
        self._permissions.check(caller, method)
        if self._check is not None:
            self._check(caller, method)
        return caller


async def _answer(inner: Callable[..., Any], request: Any, context: Any) -> Any:
    if inspect.iscoroutinefunction(inner):
        return await inner(request, context)
    return await asyncio.to_thread(inner, request, context)


def _tolerant(deserialize: Callable[[bytes], Any] | None) -> Callable[[bytes], Any]:
    def parse(raw: bytes) -> Any:
        try:
            return raw if deserialize is None else deserialize(raw)
        except Exception:
            return _Malformed()

    return parse


def _require_whole(request: Any) -> Any:
    if isinstance(request, _Malformed):
        raise Refused(say("rpc.malformed"), kind="invalid", reason="malformed", remedy=say("rpc.malformed-remedy"))
    return request


async def _each_whole(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _require_whole(request)


def _anatomy(handler: Any) -> tuple[Callable[..., grpc.RpcMethodHandler], Callable[..., Any]]:
    kinds = {
        (False, False): (grpc.unary_unary_rpc_method_handler, handler.unary_unary),
        (False, True): (grpc.unary_stream_rpc_method_handler, handler.unary_stream),
        (True, False): (grpc.stream_unary_rpc_method_handler, handler.stream_unary),
        (True, True): (grpc.stream_stream_rpc_method_handler, handler.stream_stream),
    }
    return kinds[handler.request_streaming, handler.response_streaming]
