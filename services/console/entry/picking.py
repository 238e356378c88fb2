"""What can be picked: organisations to join, advisers to assign, and those that the enterprise has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from proto.xianfeng.registry.v1 import queries_pb2
from services.console.context import Page
from services.console.entry.fields import Field, Option, value_word
from services.console.entry.knowing import Known
from xianfeng.words import say

__all__ = ["advisers", "area_of", "with_picks"]

# A county's offices know their organisations and advisers; whoever needs one from further away types its name.
AREA = "county"
MOST = 300


async def with_picks(page: Page, fields: Sequence[Field], known: Known, text: str) -> tuple[Field, ...]:
    """The fields with the options of those that pick; ``text``: only what has this in its name."""
    return tuple(
        [replace(field, options=await _options(page, field, known, text)) if field.picks else field for field in fields]
    )


async def advisers(page: Page, unit: str, text: str) -> tuple[Option, ...]:
    """The advisers in office under a unit."""
    registry = page.context.peers.registry
    listed = await page.ask(registry.ListAdvisers, queries_pb2.ListRequest(unit=unit, text=text, page_size=MOST))
    return tuple(Option(row.subject, _adviser(row)) for row in listed.rows)


def area_of(page: Page, path: Sequence[Any]) -> str:
    """The county above the enterprise, or the account's own unit where that lies deeper; with a text, all of it."""
    ids = [unit.id for unit in path]
    county = next((place for place, unit in enumerate(path) if unit.level == AREA), len(path) - 1)
    own = ids.index(page.reader.unit) if page.reader.unit in ids else 0
    return str(ids[max(county, own)]) if ids else page.reader.unit


async def _options(page: Page, field: Field, known: Known, text: str) -> tuple[Option, ...]:
    unit = page.reader.unit if text else area_of(page, known.explanation.path)
    if field.picks == "advisers":
        return await advisers(page, unit, text)
    if field.picks == "organisations":
        message = queries_pb2.ListRequest(unit=unit, text=text, page_size=MOST)
        listed = await page.ask(page.context.peers.registry.ListOrganisations, message)
        return tuple(Option(row.subject, _organisation(row)) for row in listed.rows if _can_be_joined(row.facts))
    return _of_facts(known, field.picks)


def _of_facts(known: Known, slot: str) -> tuple[Option, ...]:
    facts = [fact for fact in known.view.facts if fact.slot.partition(".")[0] == slot] if known.view else []
    return tuple(Option(_subject(fact.value), f"{fact.label} {known.words(fact.shown)}") for fact in facts)


def _subject(value: Any) -> str:
    """A membership holds its organisation and form, an adviser's slot the adviser alone."""
    return str(value.list_value.values[0].string_value if value.HasField("list_value") else value.string_value)


def _can_be_joined(facts: Any) -> bool:
    told = dict(facts)
    return told.get("form") != "own" and told.get("covers", "enterprises") == "enterprises"


def _organisation(row: Any) -> str:
    form = str(dict(row.facts).get("form", ""))
    return say("console.entry.pick.organisation", name=row.name, form=value_word(form), unit=row.unit.name)


def _adviser(row: Any) -> str:
    kind = str(dict(row.facts).get("kind", ""))
    name = row.name or row.subject[-6:]
    return say("console.entry.pick.adviser", name=name, kind=value_word(kind), unit=row.unit.name)
