"""Every gRPC method that the project declares, found in its descriptors, called with whatever a test likes."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from xianfeng.clock import clock_from
from xianfeng.rpc.caller import Principal
from xianfeng.rpc.channel import open_channel
from xianfeng.rpc.tokens import Tokens
from xianfeng.settings import Settings

__all__ = ["METHODS", "Caller", "Method", "declared", "message_of"]

_PROJECT = Path(__file__).parents[2]
_PLATFORM = "xianfeng.platform."
_SERVERS = ("registry", "coverage")
# A stream that follows says nothing more: what has been answered by then is the answer.
_STREAM_SECONDS, _SECONDS = 0.5, 30.0
_MOST_ANSWERS = 5


class Method(NamedTuple):
    """A method as one server has it: those of the platform are served by each."""

    server: str
    descriptor: MethodDescriptor

    @property
    def path(self) -> str:
        return f"/{self.descriptor.containing_service.full_name}/{self.descriptor.name}"

    def __str__(self) -> str:
        return f"{self.server}-{self.descriptor.containing_service.name}-{self.descriptor.name}"


def declared() -> Iterator[ServiceDescriptor]:
    """All services of all `.proto` files of the project."""
    for path in sorted((_PROJECT / "proto").rglob("*.proto")):
        module = ".".join(path.relative_to(_PROJECT).with_suffix("").parts)
        yield from importlib.import_module(f"{module}_pb2").DESCRIPTOR.services_by_name.values()


def _servers(service: ServiceDescriptor) -> Sequence[str]:
    if service.full_name.startswith(_PLATFORM):
        return _SERVERS
    return [server for server in _SERVERS if service.full_name.startswith(f"xianfeng.{server}.")]


METHODS = [
    Method(server, method) for service in declared() for server in _servers(service) for method in service.methods
]


def message_of(method: Method, fields: Any = None) -> Message:
    """A request of this method."""
    return GetMessageClass(method.descriptor.input_type)(**(fields or {}))


class Caller:
    """Calls methods of one installation; a call ends with the name of its status."""

    def __init__(self, settings: Settings, principal: Principal | None) -> None:
        token = Tokens(settings.signing_key, clock_from(settings.clock)).issue(principal) if principal else None
        self._channels = {server: open_channel(settings.address(server), token) for server in _SERVERS}
        self._calls: dict[str, Any] = {}

    def refusal(self, method: Method, requests: Sequence[Message | bytes] = (), *metadata: tuple[str, str]) -> str:
        """The status of a call that must be refused: however late that comes, it is no stream that says nothing."""
        return self.status(method, requests, *metadata, patience=_SECONDS)

    def status(
        self,
        method: Method,
        requests: Sequence[Message | bytes] = (),
        *metadata: tuple[str, str],
        patience: float = _STREAM_SECONDS,
    ) -> str:
        """Send these requests (of a method that takes one, the first); bytes are sent as they are."""
        try:
            self._answers(method, requests, metadata, patience)
        except grpc.RpcError as error:
            return str(error.code().name)
        return "OK"

    def _answers(
        self,
        method: Method,
        requests: Sequence[Message | bytes],
        metadata: Sequence[tuple[str, str]],
        patience: float,
    ) -> list[Any]:
        """The first answers, of a stream those of so many seconds. Raises grpc.RpcError."""
        sent = requests or [message_of(method)]
        takes = method.descriptor.client_streaming
        call = self._call(method)(
            iter(sent) if takes else sent[0],
            timeout=patience if method.descriptor.server_streaming and not takes else _SECONDS,
            metadata=metadata,
        )
        return _some(call) if method.descriptor.server_streaming else [call]

    def close(self) -> None:
        for channel in self._channels.values():
            channel.close()

    def _call(self, method: Method) -> Any:
        key = str(method)
        if key not in self._calls:
            kinds = {(0, 0): "unary_unary", (0, 1): "unary_stream", (1, 0): "stream_unary", (1, 1): "stream_stream"}
            kind = kinds[method.descriptor.client_streaming, method.descriptor.server_streaming]
            self._calls[key] = getattr(self._channels[method.server], kind)(
                method.path, request_serializer=_bytes, response_deserializer=_answer(method)
            )
        return self._calls[key]


def _bytes(request: Message | bytes) -> bytes:
    return request if isinstance(request, bytes) else request.SerializeToString()


def _answer(method: Method) -> Any:
    return GetMessageClass(method.descriptor.output_type).FromString


def _some(call: Any) -> list[Any]:
    found: list[Any] = []
    try:
        for answer in call:
            found.append(answer)
            if len(found) == _MOST_ANSWERS:
                call.cancel()
                break
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.DEADLINE_EXCEEDED:
            raise
    return found
