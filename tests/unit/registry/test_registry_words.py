"""Everything that registry shows has its words: events, fields, slots, values, commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from services.registry.commands import COMMANDS
from services.registry.commands.model import Meta
from services.registry.domain.dated import Entry
from services.registry.events import CATALOGUE
from services.registry.events.labels import event_label
from services.registry.queries.shown import fact_in_words, plain, slot_label, value_in_words
from tests.histories.folding import state_of
from tests.histories.lives import LIVES
from tests.histories.record import events_of
from xianfeng.words import catalogue, say

MODELS: list[type[BaseModel]] = [*CATALOGUE.models.values(), *(model for model, _ in COMMANDS.values()), Meta]


def literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for argument in get_args(annotation):
            yield from literals(argument)


@pytest.mark.parametrize("type_", sorted(CATALOGUE.models))
def test_each_event_has_a_label(type_: str) -> None:
    assert event_label(type_)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_each_command_has_a_text(command: str) -> None:
    assert say(f"registry.command.{command}")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_field_and_each_choice_has_a_label(model: type[BaseModel]) -> None:
    for field, info in model.model_fields.items():
        assert field in ("meta",) or say(f"registry.field.{field}")
        assert all(f"registry.value.{value}" in catalogue() for value in literals(info.annotation))


@pytest.mark.parametrize("name", sorted(set(LIVES) - {"coverage"}))
def test_each_slot_of_a_life_has_a_label(name: str) -> None:
    slots = state_of(events_of(*LIVES[name]))["slots"]
    assert all(slot_label(slot, {}) for slot in slots)


def test_values_in_words() -> None:
    assert value_in_words(None, {}) == "未填"
    assert value_in_words(True, {}) == "是"
    assert value_in_words(("org-1", "joint", None), {"org-1": "联合党支部"}) == "联合党支部、联合组建"
    assert value_in_words(12, {}) == "12"


def test_facts_of_several_parts_say_what_each_is() -> None:
    day, end = date(2026, 3, 10), date(2028, 12, 31)
    for slot, value, until, shown in (
        ("term", True, end, "至 2028-12-31"), ("term", True, None, "未定期限"),
        ("term", (2, day, end), None, "第 2 届，2026-03-10 至 2028-12-31"),
        ("owners_committee", (7, 3, end), None, "7 人，其中党员 3 名，任期至 2028-12-31"),
        ("owners_committee", (7, 3, None), None, "7 人，其中党员 3 名"), ("owners_committee", None, None, "未填"),
    ):  # fmt: skip
        assert fact_in_words(slot, Entry(day, 1, value, until), {}) == shown


def test_values_for_machines() -> None:
    assert plain(True).bool_value is True
    assert plain(3).number_value == 3
    assert [part.string_value for part in plain(("a", "b")).list_value.values] == ["a", "b"]
