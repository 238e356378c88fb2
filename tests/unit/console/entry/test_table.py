"""The table of forms says what registry's commands say: every command, every choice, every field that must be there."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from services.console.entry.fields import fields_of
from services.console.entry.table import SERVICE, table
from services.registry.commands import COMMANDS
from xianfeng.words import catalogue

ELSEWHERE = {"FreeAdvisers", "MoveFact", "StartService", "EndService"}
"""Sent by a policy, done on the page of facts, or about a project."""
ALSO_REQUIRED = {"CountMembers": {"source"}}


def literal(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) in (Union, types.UnionType):
        return next(filter(None, map(literal, get_args(annotation))), ())
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def test_every_command_about_an_enterprise_has_a_form() -> None:
    about = {m.name for m in SERVICE.methods if "enterprise" in m.input_type.fields_by_name}
    assert table().actions.keys() == about - ELSEWHERE


@pytest.mark.parametrize("command", sorted(table().actions))
def test_fields_are_those_of_the_command(command: str) -> None:
    model, _ = COMMANDS[command]
    model.model_rebuild()
    fields = {field.name: field for field in fields_of(command, "administrator", {})}
    stated = {name: info for name, info in model.model_fields.items() if name not in ("meta", "enterprise")}
    assert fields.keys() == stated.keys()
    required = {name for name, info in stated.items() if info.is_required()}
    assert {name for name, field in fields.items() if field.required} == required | ALSO_REQUIRED.get(command, set())
    for name, info in stated.items():
        wanted = literal(info.annotation)
        if fields[name].kind == "choice" or wanted:
            assert tuple(option.value for option in fields[name].options) == wanted, name


@pytest.mark.parametrize("command", sorted(table().actions))
def test_everything_has_words(command: str) -> None:
    assert f"registry.command.{command}" in catalogue()
    for field in fields_of(command, "administrator", {}):
        assert all(option.label != option.value for option in field.options), field.name
        assert not field.label.isascii()


def test_an_enterprise_declares_and_does_not_verify() -> None:
    (source,) = [field for field in fields_of("CountMembers", "enterprise", {}) if field.name == "source"]
    assert [option.value for option in source.options] == ["declared"]


def test_what_is_known_stands_at_its_field() -> None:
    fields = {f.name: f for f in fields_of("CountMembers", "community", {"formal": "现为 3（2026-01-01 起）"})}
    assert fields["formal"].known == "现为 3（2026-01-01 起）"
    assert fields["probationary"].known == ""


def test_facts_are_put_right_by_the_command_that_makes_them() -> None:
    assert table().maker("enterprise.members-counted.v1") == "CountMembers"
    assert table().maker("enterprise.merged.v1") == ""
