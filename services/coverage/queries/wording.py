"""Slots and their values as people read them."""

from __future__ import annotations

from collections.abc import Callable

from services.coverage.domain.keys import FORMS, REGISTRY_STATUSES, TYPES
from services.coverage.domain.slots import Entry, Slot
from xianfeng.words import say

__all__ = ["slot_label", "slot_name", "value_text"]

_NAMES = {
    Slot.VOID: "void", Slot.LIFE: "life", Slot.UNIT: "unit", Slot.NAME: "name", Slot.CODE: "code", Slot.KIND: "kind",
    Slot.REGISTRY: "registry_status", Slot.SCOPE: "scope", Slot.FORMAL: "formal", Slot.PROBATIONARY: "probationary",
    Slot.ELSEWHERE: "elsewhere", Slot.OWN: "own", Slot.MEMBERSHIP: "membership",
    Slot.ADVISER_COMMUNITY: "adviser_community", Slot.ADVISER_OTHER: "adviser_other", Slot.MASS_UNION: "mass_union",
    Slot.MASS_YOUTH: "mass_youth_league", Slot.MASS_WOMEN: "mass_womens_federation", Slot.RECRUITING: "recruiting",
    Slot.NOT_READY: "not_ready", Slot.MERGED: "merged", Slot.UNCOVERED_REASON: "uncovered_reason",
}  # fmt: skip

Words = Callable[[int | str], str]


def _members(value: int | str) -> str:
    return say("coverage.value.members", count=value)


def _own(value: int | str) -> str:
    return say(f"coverage.value.{TYPES[int(value) - 1]}") if value else say("coverage.value.none")


def _membership(value: int | str) -> str:
    return say(f"coverage.status.{FORMS[int(value) + 1]}") if value else say("coverage.value.none")


def _registry_status(value: int | str) -> str:
    return say(f"coverage.registry_status.{REGISTRY_STATUSES[int(value)]}")


def _scope(value: int | str) -> str:
    return say("coverage.value.in_scope" if value else "coverage.value.out_of_scope")


def _kind(value: int | str) -> str:
    return say("coverage.value.branch_office" if value else "coverage.value.legal_person")


def _has(value: int | str) -> str:
    return say("coverage.value.yes" if value else "coverage.value.none")


_WORDS: dict[int, Words] = {
    Slot.VOID: lambda version: say("coverage.value.voided", version=version),
    Slot.LIFE: lambda _: say("coverage.value.registered"),
    Slot.NAME: str,
    Slot.CODE: str,
    Slot.KIND: _kind,
    Slot.REGISTRY: _registry_status,
    Slot.SCOPE: _scope,
    Slot.FORMAL: _members,
    Slot.PROBATIONARY: _members,
    Slot.ELSEWHERE: _members,
    Slot.OWN: _own,
    Slot.MEMBERSHIP: _membership,
    Slot.MERGED: lambda value: say("coverage.value.merged" if value else "coverage.value.none"),
    Slot.UNCOVERED_REASON: lambda reason: say(f"coverage.value.{reason}"),
}


def slot_name(slot: int) -> str:
    """The slot's name in code and on the wire; `filing` and `acceptance` for the slots of a year."""
    return _NAMES.get(slot) or ("acceptance" if slot >= Slot.ACCEPTED else "filing")


def slot_label(slot: int) -> str:
    """The slot's name on screen."""
    return say(f"coverage.slot.{slot_name(slot)}")


def value_text(entry: Entry, unit_name: Callable[[str], str]) -> str:
    """An entry's value on screen; `unit_name` names a unit by its id."""
    _, _, slot, value, _, _ = entry
    if slot == Slot.UNIT:
        return unit_name(str(value))
    if slot >= Slot.FILED:
        year = 2000 + slot - (Slot.ACCEPTED if slot >= Slot.ACCEPTED else Slot.FILED)
        return say("coverage.value.year" if value else "coverage.value.year-returned", year=year)
    return _WORDS.get(slot, _has)(value)
