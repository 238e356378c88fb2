"""The published language as documents: AsyncAPI 3.0 and a page for people, made from the event models."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import models_json_schema

from xianfeng.event import Catalogue, Data

__all__ = ["Published", "asyncapi", "page"]

_ENVELOPE: dict[str, dict[str, Any]] = {
    "specversion": {"type": "string", "const": "1.0"},
    "id": {"type": "string", "format": "uuid", "description": "UUIDv7"},
    "source": {"type": "string", "format": "uri-reference"},
    "type": {"type": "string"},
    "subject": {"type": "string", "description": "opaque id; nothing may parse it"},
    "time": {"type": "string", "format": "date-time", "description": "recorded"},
    "datacontenttype": {"type": "string", "const": "application/json"},
    "subjectversion": {"type": "integer", "minimum": 1, "description": "version of the subject, without gaps"},
    "effective": {"type": "string", "format": "date", "description": "the day on which it became true"},
    "actor": {"type": "string", "description": "account id or system:<service>"},
    "correlationid": {"type": "string"},
    "causationid": {"type": "string"},
}


@dataclass(frozen=True)
class Published:
    """What one service publishes: its events and the topic of each."""

    service: str
    catalogue: Catalogue
    topics: Mapping[str, str]
    """event type → topic"""


def asyncapi(published: list[Published], version: str) -> dict[str, Any]:
    """An AsyncAPI 3.0 document of every topic and message (the envelope is CloudEvents 1.0, JSON format)."""
    models = [model for service in published for model in service.catalogue.models.values()]
    schemas, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    refs = {model: schema for (model, _), schema in schemas.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Xianfeng events", "version": version},
        "channels": dict(_channels(published)),
        "operations": dict(_operations(published)),
        "components": {
            "messages": {model.TYPE: _message(model, refs[model]) for model in models},
            "schemas": {"Envelope": _envelope(), **definitions.get("$defs", {})},
        },
    }


_REF = "#/components/schemas/{model}"


def _envelope() -> dict[str, Any]:
    optional = {"causationid"}
    required = [name for name in _ENVELOPE if name not in optional]
    return {"type": "object", "properties": _ENVELOPE, "required": required}


def _message(model: type[Data], schema: Mapping[str, Any]) -> dict[str, Any]:
    payload = {
        "allOf": [{"$ref": "#/components/schemas/Envelope"}],
        "properties": {"type": {"const": model.TYPE}, "data": schema},
        "required": ["data"],
    }
    return {
        "name": model.TYPE,
        "contentType": "application/cloudevents+json",
        "summary": _summary(model),
        "payload": payload,
    }


def _summary(model: type[Data]) -> str:
    """The class's own first words, never those of a base class; else its name, in words."""
    said = inspect.cleandoc(vars(model).get("__doc__") or "").split("\n")[0]
    return said or " ".join(model.TYPE.split(".")[:2]).replace("-", " ").capitalize() + "."


def _channels(published: list[Published]) -> Iterator[tuple[str, dict[str, Any]]]:
    for service in published:
        for topic in sorted(set(service.topics.values())):
            types = [kind for kind in service.catalogue.models if service.topics[kind] == topic]
            messages = {kind: {"$ref": f"#/components/messages/{kind}"} for kind in types}
            yield topic, {"address": topic, "messages": messages}


def _operations(published: list[Published]) -> Iterator[tuple[str, dict[str, Any]]]:
    for service in published:
        for topic in sorted(set(service.topics.values())):
            channel = {"$ref": f"#/channels/{topic}"}
            yield f"{service.service}-sends-{topic}", {"action": "send", "channel": channel}


def page(published: list[Published]) -> str:
    """The same as Markdown: one table a service, a row an event."""
    lines = [
        "# Events",
        "",
        "Made from the event models by `make docs`; a test compares. The envelope is CloudEvents 1.0 (JSON).",
    ]
    for service in published:
        lines += ["", f"## {service.service}", "", "| type | topic | data | what it says |", "|---|---|---|---|"]
        lines += [_row(model, service.topics[kind]) for kind, model in service.catalogue.models.items()]
    return "\n".join(lines) + "\n"


def _row(model: type[Data], topic: str) -> str:
    fields = [name if field.is_required() else f"{name}?" for name, field in model.model_fields.items()]
    return f"| `{model.TYPE}` | {topic} | {', '.join(fields)} | {_summary(model).replace('|', '/')} |"
