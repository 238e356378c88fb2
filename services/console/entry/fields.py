"""The fields of a form, from the command's request and the table: what each is called, takes and already is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from google.protobuf.descriptor import FieldDescriptor

from services.console.entry.table import SERVICE, Table
from xianfeng.words import catalogue, say

__all__ = ["Field", "Option", "fields_of", "value_word"]

Kind = Literal["text", "long", "number", "day", "choice", "yes_no", "unit", "pick"]
META = "meta"
YES_NO = ("true", "false")


@dataclass(frozen=True)
class Option:
    """One thing to choose, and its words."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """``known`` says in words what holds now; ``picks`` names the list that the options are still to come from."""

    name: str
    label: str
    hint: str
    kind: Kind
    required: bool
    options: tuple[Option, ...] = ()
    known: str = ""
    picks: str = ""


def fields_of(table: Table, command: str, role: str, known: Mapping[str, str]) -> tuple[Field, ...]:
    """All fields that are asked. ``known``: slot → value in words and its day."""
    given = {META, table.target_of(command), *table.actions[command].given}
    request = SERVICE.methods_by_name[command].input_type
    return tuple(_field(table, command, field, role, known) for field in request.fields if field.name not in given)


def value_word(value: str, key: str = "") -> str:
    """A value as people read it; a text of theirs as it is. ``key``: the field, which may have another word for it."""
    words = catalogue()
    return words.get(f"console.entry.value.{key}.{value}") or words.get(f"registry.value.{value}", value)


def _field(table: Table, command: str, field: FieldDescriptor, role: str, known: Mapping[str, str]) -> Field:
    action, key = table.actions[command], f"{command}.{field.name}"
    options = tuple(Option(value, value_word(value, key)) for value in table.choices_of(command, field.name, role))
    kind = _kind(table, key, field, bool(options))
    if kind == "yes_no":
        options = tuple(
            Option(value, say(f"registry.value.{word}")) for value, word in zip(YES_NO, ("yes", "no"), strict=True)
        )
    return Field(
        name=field.name,
        label=catalogue().get(f"console.entry.field.{key}") or say(f"registry.field.{field.name}"),
        hint=catalogue().get(f"console.entry.hint.{key}") or catalogue().get(f"console.entry.hint.{kind}", ""),
        kind=kind,
        required=field.name in action.required,
        options=options,
        known=known.get(action.known.get(field.name, ""), ""),
        picks=table.picks.get(key, ""),
    )


def _kind(table: Table, key: str, field: Any, chosen: bool) -> Kind:
    if key in table.picks:
        return "pick"
    if chosen:
        return "choice"
    if field.type == FieldDescriptor.TYPE_BOOL:
        return "yes_no"
    if field.cpp_type == FieldDescriptor.CPPTYPE_INT64:
        return "number"
    named: tuple[tuple[frozenset[str], Kind], ...] = (
        (table.days, "day"), (table.units, "unit"), (table.texts, "long"),
    )  # fmt: skip
    return next((kind for names, kind in named if field.name in names), "text")
