"""What can be picked: organisations, advisers and committees of the area, and what the subject itself has."""

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
LONGEST = 80


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
    source, _, slot = field.picks.partition(":")
    if source == "slot":
        return _of_facts(known, slot)
    if source == "of":
        return _of_slots(known, slot)
    if source == "records":
        return _records(known)
    unit = page.reader.unit if text else area_of(page, known.path)
    if source == "advisers":
        return await advisers(page, unit, text)
    asked = queries_pb2.ListRequest(unit=unit, text=text, page_size=MOST)
    if source == "committees":
        listed = await page.ask(page.context.peers.registry.ListCommittees, asked)
        return tuple(Option(row.subject, _named(row)) for row in listed.rows if row.subject != known.subject)
    listed = await page.ask(page.context.peers.registry.ListOrganisations, asked)
    return tuple(Option(row.subject, _organisation(row)) for row in listed.rows if _fits(source, row, known))


def _fits(source: str, row: Any, known: Known) -> bool:
    """Whether an organisation can be joined by an enterprise, cover a project, or take over from this one."""
    told = dict(row.facts)
    form, covers = told.get("form"), told.get("covers", "enterprises")
    if source == "successors":
        own = next((fact.value.string_value for fact in known.view.facts if fact.slot == "covers"), "enterprises")
        return row.subject != known.subject and covers == own
    return form != "own" and covers == ("projects" if source == "project_organisations" else "enterprises")


def _of_facts(known: Known, slot: str) -> tuple[Option, ...]:
    """What a slot, or those of its kind, have for a value."""
    facts = [fact for fact in known.view.facts if fact.slot.partition(".")[0] == slot] if known.view else []
    return tuple(Option(_subject(fact.value), f"{fact.label} {known.words(fact.shown)}") for fact in facts)


def _of_slots(known: Known, slot: str) -> tuple[Option, ...]:
    """Which of the slots of a kind there are: the days of surveys."""
    tails = [fact.slot.partition(".")[2] for fact in known.view.facts if fact.slot.startswith(f"{slot}.")]
    return tuple(Option(tail, tail) for tail in sorted(tails, reverse=True))


def _records(known: Known) -> tuple[Option, ...]:
    """The recorded facts, newest first, that can have been wrong."""
    return tuple(Option(line.event, _record(line, known)) for line in reversed(known.lines) if known.can_be_wrong(line))


def _record(line: Any, known: Known) -> str:
    shown = known.words(line.shown)
    return say("console.entry.pick.record", day=line.effective, fact=line.label, shown=shown[:LONGEST])


def _subject(value: Any) -> str:
    """A membership holds its organisation and form, an adviser's slot the adviser alone."""
    return str(value.list_value.values[0].string_value if value.HasField("list_value") else value.string_value)


def _named(row: Any) -> str:
    return say("console.entry.pick.named", name=row.name, unit=row.unit.name)


def _organisation(row: Any) -> str:
    form = str(dict(row.facts).get("form", ""))
    return say("console.entry.pick.organisation", name=row.name, form=value_word(form), unit=row.unit.name)


def _adviser(row: Any) -> str:
    kind = str(dict(row.facts).get("kind", ""))
    name = row.name or row.subject[-6:]
    return say("console.entry.pick.adviser", name=name, kind=value_word(kind), unit=row.unit.name)
