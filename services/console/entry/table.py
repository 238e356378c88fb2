"""The tables of forms (``forms/``), read once: which commands a subject's page offers, and how."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field

from proto.xianfeng.registry.v1 import commands_pb2
from services.registry.events import base, enterprise, organisation, project, unit

__all__ = ["KINDS", "SERVICE", "Action", "Table", "rooms", "table", "table_of_room", "table_of_subject"]

SERVICE = commands_pb2.DESCRIPTOR.services_by_name["Commands"]
KINDS = ("enterprise", "organisation", "committee", "project", "adviser", "unit")
FORMS = Path(__file__).with_name("forms")
EVENTS = (base, enterprise, organisation, project, unit)


class Action(BaseModel):
    """One command's line of a table; ``forms/common.toml`` says what each part means."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    known: Mapping[str, str] = {}
    makes: Sequence[str] = ()
    required: Sequence[str] = ()
    while_slot: str = Field("", alias="while")
    unless: str = ""
    open: Sequence[str] = ()
    closed: Sequence[str] = ()
    by: str = ""
    target: str | None = None
    preset: Mapping[str, str] = {}
    at_home: str = ""
    holder: str = ""

    @property
    def given(self) -> set[str]:
        """The fields that are filled in without asking, beside the target."""
        return {*self.preset, self.at_home, self.holder}


class Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    commands: Sequence[str]


class Table(BaseModel):
    """The forms of one kind of subject. A field is looked up as ``Command.field`` first, then by its own name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: str
    room: str
    prefix: str
    target: str
    ended: Sequence[str] = ()
    outside: Sequence[str] = ()
    days: frozenset[str]
    units: frozenset[str]
    texts: frozenset[str]
    picks: Mapping[str, str]
    choices: Mapping[str, str | Sequence[str]]
    only: Mapping[str, Mapping[str, Sequence[str]]]
    groups: Sequence[Group] = Field(alias="group")
    actions: Mapping[str, Action] = Field(alias="command")

    def target_of(self, command: str) -> str:
        """The request's field that names the subject; empty: none does."""
        own = self.actions[command].target
        return self.target if own is None else own

    def choices_of(self, command: str, field: str, role: str) -> Sequence[str]:
        """The values among which this role chooses; empty: the field is no choice."""
        key = f"{command}.{field}"
        found = self.only.get(role, {}).get(key) or self.choices.get(key) or self.choices.get(field) or ()
        return _values(found) if isinstance(found, str) else found

    def maker(self, event_type: str) -> str:
        """The command that records, and so puts right, an event of this type; empty: none does."""
        return next((name for name, action in self.actions.items() if event_type in action.makes), "")


def table(kind: str) -> Table:
    """The forms of a kind of subject. Raises KeyError for another kind."""
    return _tables()[kind]


def table_of_room(room: str) -> Table:
    """By the first part of an address: ``enterprises``. Raises StopIteration for another."""
    return next(found for found in _tables().values() if found.room == room)


def rooms() -> Sequence[str]:
    """The first parts of all addresses."""
    return [found.room for found in _tables().values()]


def table_of_subject(subject: str) -> Table | None:
    """By the prefix of a subject's id; None for what has no page."""
    prefix = subject.partition("-")[0]
    return next((found for found in _tables().values() if found.prefix == prefix), None)


@cache
def _tables() -> Mapping[str, Table]:
    """Raises ValueError for a command or a choice that registry does not have."""
    common = _read("common")
    found = {kind: Table.model_validate({"kind": kind, **common, **_read(kind)}) for kind in KINDS}
    for one in found.values():
        if wrong := set(_wrong(one)):
            raise ValueError(f"{one.kind}.toml: groups and commands differ, or are not registry's: {wrong}")
    for names in common["choices"].values():
        _ = _values(names) if isinstance(names, str) else names
    return found


def _wrong(found: Table) -> Iterator[str]:
    named = {command for group in found.groups for command in group.commands}
    yield from named ^ found.actions.keys()
    yield from named.difference(SERVICE.methods_by_name)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FORMS / f"{name}.toml").read_text(encoding="utf-8"))


def _values(name: str) -> Sequence[str]:
    """The values of a literal type that registry publishes with its events."""
    literal = next(found for module in EVENTS if (found := getattr(module, name, None)))
    return get_args(literal)
