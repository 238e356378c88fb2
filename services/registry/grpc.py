"""Commands over gRPC: one binding for all methods, made from the service's descriptor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from proto.xianfeng.registry.v1 import commands_pb2
from services.registry.application import Application
from services.registry.commands.execute import parse
from services.registry.commands.model import Command
from services.registry.domain.words import refuse
from xianfeng.rpc.caller import principal
from xianfeng.telemetry import correlation

__all__ = ["COMMANDS_SERVICE", "CommandsServicer", "command_of", "path_of"]

COMMANDS_SERVICE: ServiceDescriptor = commands_pb2.DESCRIPTOR.services_by_name["Commands"]


def fields_of(message: Message) -> dict[str, Any]:
    """The stated fields of a request: what is empty, or unset where a field can be unset, is left out."""
    return {field.name: _plain(field, value) for field, value in message.ListFields()}


def _plain(field: FieldDescriptor, value: Any) -> Any:
    if field.is_repeated:
        return tuple(value)
    return fields_of(value) if field.type == FieldDescriptor.TYPE_MESSAGE else value


def path_of(name: str) -> str:
    """The full name of the command's method. Raises Refused when there is no such command."""
    if name not in COMMANDS_SERVICE.methods_by_name:
        raise refuse("no-such-command", field="command", kind="invalid", command=name[:80])
    return f"/{COMMANDS_SERVICE.full_name}/{name}"


def command_of(name: str, request: bytes) -> Command:
    """The command of this name from its request, where that comes inside another message.

    Raises Refused for bytes that are no such request, pydantic.ValidationError for bad fields.
    """
    try:
        message = GetMessageClass(COMMANDS_SERVICE.methods_by_name[name].input_type).FromString(request)
    except DecodeError:
        raise refuse("no-such-request", field="request", kind="invalid") from None
    return parse(name, fields_of(message))


class CommandsServicer:
    """Has a method for each rpc of service Commands; `add_CommandsServicer_to_server` finds them by name."""

    def __init__(self, application: Application) -> None:
        for method in COMMANDS_SERVICE.methods:
            setattr(self, method.name, _method(application, method.name))


def _method(application: Application, name: str) -> Callable[[Message, Any], Awaitable[commands_pb2.Receipt]]:
    async def call(request: Message, context: Any) -> commands_pb2.Receipt:
        answer = await application.run(name, fields_of(request), principal(), correlation=correlation() or "")
        return commands_pb2.Receipt(**answer)

    return call
