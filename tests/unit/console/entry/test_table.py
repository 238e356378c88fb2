"""The table of forms says what registry's commands say: every command, every choice, every field that must be there."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin

import pytest

from services.console.entry.fields import fields_of
from services.console.entry.state import UNDER_WAY
from services.console.entry.table import KINDS, SERVICE, table
from services.registry.commands import COMMANDS
from xianfeng.words import catalogue

POLICY = {"FreeAdvisers"}
"""Sent by a policy, never by a person."""
ALSO_REQUIRED = {"CountMembers": {"source"}}
FORMS = [(kind, command) for kind in KINDS for command in sorted(table(kind).actions)]


def literal(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) in (Union, types.UnionType):
        return next(filter(None, map(literal, get_args(annotation))), ())
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def test_every_command_has_a_form() -> None:
    assert {command for _, command in FORMS} == {method.name for method in SERVICE.methods} - POLICY


@pytest.mark.parametrize(("kind", "command"), FORMS)
def test_fields_are_those_of_the_command(kind: str, command: str) -> None:
    model, _ = COMMANDS[command]
    model.model_rebuild()
    fields = {field.name: field for field in fields_of(table(kind), command, "administrator", {})}
    given = {"meta", table(kind).target_of(command), *table(kind).actions[command].given}
    stated = {name: info for name, info in model.model_fields.items() if name not in given}
    assert fields.keys() == stated.keys()
    required = {name for name, info in stated.items() if info.is_required()}
    assert {name for name, field in fields.items() if field.required} == required | ALSO_REQUIRED.get(command, set())
    for name, info in stated.items():
        wanted = literal(info.annotation)
        if fields[name].kind == "choice" or wanted:
            assert tuple(option.value for option in fields[name].options) == wanted, name


@pytest.mark.parametrize(("kind", "command"), FORMS)
def test_everything_has_words(kind: str, command: str) -> None:
    assert f"registry.command.{command}" in catalogue()
    for field in fields_of(table(kind), command, "administrator", {}):
        assert all(option.label != option.value for option in field.options), field.name
        assert not field.label.isascii()


@pytest.mark.parametrize(("kind", "command"), FORMS)
def test_the_subject_is_named_in_the_request(kind: str, command: str) -> None:
    action, fields = table(kind).actions[command], SERVICE.methods_by_name[command].input_type.fields_by_name
    named = {name for name in (table(kind).target_of(command), *action.given) if name}
    assert named
    assert named.issubset(fields)


def test_no_field_is_called_as_what_moves_a_form_on() -> None:
    names = {field.name for method in SERVICE.methods for field in method.input_type.fields}
    assert not names & set(UNDER_WAY)


def test_an_enterprise_declares_and_does_not_verify() -> None:
    (source,) = [
        field for field in fields_of(table("enterprise"), "CountMembers", "enterprise", {}) if field.name == "source"
    ]
    assert [option.value for option in source.options] == ["declared"]


def test_what_is_known_stands_at_its_field() -> None:
    fields = {
        f.name: f
        for f in fields_of(table("enterprise"), "CountMembers", "community", {"formal": "现为 3（2026-01-01 起）"})
    }
    assert fields["formal"].known == "现为 3（2026-01-01 起）"
    assert fields["probationary"].known == ""


def test_facts_are_put_right_by_the_command_that_makes_them() -> None:
    assert table("enterprise").maker("enterprise.members-counted.v1") == "CountMembers"
    assert table("enterprise").maker("enterprise.merged.v1") == ""
