"""The table of forms (``forms.toml``), read once: which commands an enterprise's page offers, and how."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field

from proto.xianfeng.registry.v1 import commands_pb2
from services.registry.events import base as base_events
from services.registry.events import enterprise as enterprise_events

__all__ = ["SERVICE", "Action", "Table", "table"]

SERVICE = commands_pb2.DESCRIPTOR.services_by_name["Commands"]


class Action(BaseModel):
    """One command's line of the table; see the table's own head for what each part means."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    known: Mapping[str, str] = {}
    makes: Sequence[str] = ()
    required: Sequence[str] = ()
    while_slot: str = Field("", alias="while")
    open: Sequence[str] = ()
    closed: Sequence[str] = ()
    by: str = ""
    many: bool = False


class Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    commands: Sequence[str]


class Names(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    fields: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()


class Table(BaseModel):
    """All of it. A field is looked up as ``Command.field`` first, then by its own name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    days: Names
    units: Names
    texts: Names
    outside: Names
    picks: Mapping[str, str]
    choices: Mapping[str, str | Sequence[str]]
    only: Mapping[str, Mapping[str, Sequence[str]]]
    groups: Sequence[Group] = Field(alias="group")
    actions: Mapping[str, Action] = Field(alias="command")

    def choices_of(self, command: str, field: str, role: str) -> Sequence[str]:
        """The values among which this role chooses; empty: the field is no choice."""
        key = f"{command}.{field}"
        found = self.only.get(role, {}).get(key) or self.choices.get(key) or self.choices.get(field) or ()
        return _values(found) if isinstance(found, str) else found

    def maker(self, event_type: str) -> str:
        """The command that records, and so puts right, an event of this type; empty: none does."""
        return next((name for name, action in self.actions.items() if event_type in action.makes), "")


@cache
def table() -> Table:
    """Raises ValueError for a command or a choice that registry does not have."""
    path = Path(__file__).with_name("forms.toml")
    found = Table.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    named = {command for group in found.groups for command in group.commands}
    if named != found.actions.keys() or not named.issubset(SERVICE.methods_by_name):
        raise ValueError(
            f"{path.name}: groups and commands differ, or are not registry's: {named ^ set(found.actions)}"
        )
    for names in found.choices.values():
        _ = _values(names) if isinstance(names, str) else names
    return found


def _values(name: str) -> Sequence[str]:
    """The values of a literal type that registry publishes with its events."""
    literal: Any = getattr(enterprise_events, name, None) or getattr(base_events, name)
    return get_args(literal)
