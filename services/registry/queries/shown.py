"""Facts in words: labels of slots and events, and values as people read them, from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from google.protobuf.struct_pb2 import Value

from services.registry.domain.dated import Entry
from services.registry.domain.enterprise.verifying import Apart
from xianfeng.words import catalogue, say

__all__ = ["data_in_words", "fact_in_words", "plain", "slot_label", "strings_of", "value_in_words"]

Names = Mapping[str, str]
"""Subject → name."""


def slot_label(slot: str, names: Names, kind: str = "") -> str:
    """`adviser.community` → 党建工作指导员（社区）; some slots are called otherwise of one kind of subject."""
    head, _, tail = slot.partition(".")
    label = catalogue().get(f"registry.slot_of.{kind}.{head}") or say(f"registry.slot.{head}")
    return f"{label}（{value_in_words(tail, names)}）" if tail else label


def fact_in_words(slot: str, entry: Entry, names: Names) -> str:
    """What a slot holds; a phrase of its own where its parts say nothing one by one."""
    match slot, entry.value:
        case "term", True:
            return say("registry.phrase.until", day=entry.until) if entry.until else say("registry.phrase.no-end")
        case "term", (number, begins, ends):
            return say("registry.phrase.term", number=number, begins=begins, ends=ends)
        case "owners_committee", (people, members, ends):
            until = say("registry.phrase.term-until", day=ends) if ends else ""
            return say("registry.phrase.owners-committee", people=people, members=members) + until
        case _, Apart(confirmed, other, source, day):
            said = value_in_words(source, names)
            return say("registry.phrase.apart", counts=confirmed, other=other, source=said, day=day)
    return value_in_words(entry.value, names)


def value_in_words(value: Any, names: Names) -> str:
    """A value of a slot or of an event's field; subjects by name where it is known."""
    if value is None:
        return say("registry.value.absent")
    if isinstance(value, bool):
        return say("registry.value.yes" if value else "registry.value.no")
    if isinstance(value, tuple | list):
        return "、".join(value_in_words(part, names) for part in value if part is not None)
    if isinstance(value, dict):
        return data_in_words(value, names)
    text = str(value)
    return names.get(text) or catalogue().get(f"registry.value.{text}") or text


def data_in_words(data: Mapping[str, Any], names: Names) -> str:
    """All fields that an event states."""
    return "；".join(
        f"{say(f'registry.field.{field}')}：{value_in_words(value, names)}" for field, value in data.items()
    )


def plain(value: Any) -> Value:
    """A value for machines: dates as ISO days, tuples as lists."""
    found = Value()
    if value is None:
        found.null_value = 0
    elif isinstance(value, bool):
        found.bool_value = value
    elif isinstance(value, int | float):
        found.number_value = value
    elif isinstance(value, tuple | list):
        found.list_value.values.extend(plain(part) for part in value)
    else:
        found.string_value = value.isoformat() if isinstance(value, date) else str(value)
    return found


def strings_of(value: Any) -> Iterator[str]:
    """All texts in a value: among them the subjects that it names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings_of(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from strings_of(part)
