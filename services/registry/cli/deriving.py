"""Commands of the command line, derived from registry's command models: a field is an option, the first an argument."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

import typer
from google.protobuf.json_format import ParseDict
from google.protobuf.message_factory import GetMessageClass
from pydantic.fields import FieldInfo

from services.registry.cli.calling import TIMEOUT, connected, print_json
from services.registry.cli.units import UNIT_FIELDS, unit_id
from services.registry.commands import COMMANDS
from services.registry.commands.model import Command, Meta
from xianfeng.event import new_id
from xianfeng.words import catalogue, say

__all__ = ["add_commands", "command_name", "group_commands"]

_GROUP_OF_MODULE = {
    "enterprise": "enterprise", "members": "enterprise", "enterprise_cover": "enterprise", "decisions": "enterprise",
    "records": "enterprise", "differences": "enterprise", "organisation": "organisation", "committee": "committee",
    "project": "project", "adviser": "adviser", "unit": "unit",
}  # fmt: skip
_OF_SEVERAL = {
    "VoidFact": {"enterprise", "organisation", "committee", "project", "adviser", "unit"},
    "MoveFact": {"enterprise"},
    "SetContact": {"adviser", "organisation"},
    "EraseContact": {"adviser", "organisation"},
}
_SERVICE = "Commands"
_POSITIONAL, _NAMED = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY


def add_commands(app: typer.Typer, group: str) -> None:
    """Add all commands of a group, in the order of their table."""
    for name, model in group_commands(group):
        app.command(command_name(name, group), help=say(f"registry.command.{name}"))(_callback(name, model))


def group_commands(group: str) -> Iterator[tuple[str, type[Command]]]:
    """Name and model of each command that the group has."""
    for name, (model, _) in COMMANDS.items():
        module = model.__module__.rpartition(".")[2]
        if group in _OF_SEVERAL.get(name, {_GROUP_OF_MODULE.get(module)}):
            yield name, model


def command_name(name: str, group: str) -> str:
    """`CorrectEnterpriseCode` of the group enterprise → `correct-code`."""
    words = re.findall(r"[A-Z][a-z]*", name)
    return "-".join(word.lower() for word in words if word.lower() != group)


def _callback(name: str, model: type[Command]) -> Any:
    fields = {field: info for field, info in model.model_fields.items() if field != "meta"}

    def run(**given: Any) -> None:
        as_json = given.pop("as_json")
        meta = {field: given.pop(f"meta_{field}") for field in Meta.model_fields}
        meta["command_id"] = meta["command_id"] or new_id()
        _send(name, {field: value for field, value in given.items() if value is not None}, meta, as_json)

    parameters = [
        *_parameters(fields),
        *_meta_parameters(),
        _option("as_json", bool, False, "json", say("registry.cli.json")),
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _parameters(fields: dict[str, FieldInfo]) -> Iterator[inspect.Parameter]:
    for place, (field, info) in enumerate(fields.items()):
        kind = _terminal_type(info.annotation)
        text = _help(field) + _choices(kind)
        if place == 0 and info.is_required() and kind is str:
            argument = typer.Argument(..., help=text, metavar=field.upper(), show_default=False)
            yield inspect.Parameter(field, _POSITIONAL, default=argument, annotation=kind)
        else:
            default = ... if info.is_required() else info.get_default(call_default_factory=True)
            yield _option(field, kind, list(default) if isinstance(default, tuple) else default, field, text)


def _meta_parameters() -> Iterator[inspect.Parameter]:
    for field, info in Meta.model_fields.items():
        kind = _terminal_type(info.annotation)
        yield _option(f"meta_{field}", kind, None, field, _help(field))


def _option(name: str, kind: Any, default: Any, shown: str, text: str) -> inspect.Parameter:
    flag = f"--{shown.replace('_', '-')}"
    if kind is bool and name != "as_json":
        flag = f"{flag}/--no-{flag[2:]}"
    annotation = kind | None if default is None else kind
    option = typer.Option(default, flag, help=text, show_default=default not in (None, ..., [], False))
    return inspect.Parameter(name, _NAMED, default=option, annotation=annotation)


def _help(field: str) -> str:
    hint = catalogue().get(f"registry.hint.{field}")
    return say(f"registry.field.{field}") + (say("registry.cli.hint", text=hint) if hint else "")


def _choices(kind: Any) -> str:
    if get_origin(kind) is not Literal:
        return ""
    return "：" + "、".join(f"{value} {say(f'registry.value.{value}')}" for value in get_args(kind))


def _terminal_type(annotation: Any) -> Any:
    """What the terminal takes for a field: choices, whole numbers, switches and repeated texts; days are texts."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _terminal_type(next(argument for argument in arguments if argument is not type(None)))
    if origin is Literal or annotation in (bool, int):
        return annotation
    if origin is tuple:
        return list[str]
    return _terminal_type(annotation.__origin__) if hasattr(annotation, "__metadata__") else str


def _send(name: str, fields: dict[str, Any], meta: dict[str, Any], as_json: bool) -> None:
    from proto.xianfeng.registry.v1 import commands_pb2

    service = commands_pb2.DESCRIPTOR.services_by_name[_SERVICE]
    method = service.methods_by_name[name]
    with connected() as channel:
        for field in UNIT_FIELDS & fields.keys():
            fields[field] = unit_id(channel, fields[field])
        stated = {field: value for field, value in meta.items() if value is not None}
        request = ParseDict({**fields, "meta": stated}, GetMessageClass(method.input_type)())
        answer = channel.unary_unary(
            f"/{service.full_name}/{name}", request_serializer=type(request).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )(request, timeout=TIMEOUT)  # fmt: skip
    print_json(answer) if as_json else _tell(answer)


def _tell(receipt: Any) -> None:
    state = "unchanged" if receipt.unchanged else "repeated" if receipt.repeated else "done"
    values = {"subject": receipt.subject, "version": receipt.version, "count": len(receipt.events)}
    typer.echo(say(f"registry.cli.{state}", **values))
    for warning in receipt.warnings:
        typer.echo(say("registry.cli.warning", text=warning))
