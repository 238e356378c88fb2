"""Everybody asks for everything: what each account got at each stop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import httpx

from tests.e2e.tour.people import Person
from tests.e2e.tour.stop import HOME, SHEET, SIBLING, STREAM, Stop
from tests.e2e.tour.world import World
from tests.fixtures.wording import words_of_page, words_of_pdf, words_of_workbook

__all__ = ["Got", "walk"]

AT_ONCE = 4
SIBLINGS = ("housing_authority", "enterprise")
READERS = {"text/html": words_of_page, "application/pdf": words_of_pdf}
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Got:
    """An answer as the person reads it; `place` is where a redirect leads."""

    stop: Stop
    person: Person
    status: int
    place: str
    words: str

    @property
    def shown(self) -> bool:
        return self.status == 200


async def walk(stops: Iterable[Stop], people: Iterable[Person], world: World) -> Mapping[Key, Got]:
    """(stop's name, role, place) → what came back."""
    wanted, found = list(stops), list(people)
    several = [asyncio.create_task(_go(wanted, some, world)) for some in _shares(found)]
    gots = [got for share in await asyncio.gather(*several) for got in share]
    return {(got.stop.name, got.person.role, got.person.place): got for got in gots}


def _shares(people: Sequence[Person]) -> list[list[Person]]:
    return [list(islice(people, n, None, AT_ONCE)) for n in range(AT_ONCE)]


async def _go(stops: Sequence[Stop], people: Iterable[Person], world: World) -> list[Got]:
    gots = []
    for person in people:
        async with person.client() as client:
            gots += [await _ask(client, stop, person, world) for stop in stops if _goes(person, stop)]
    return gots


def _goes(person: Person, stop: Stop) -> bool:
    """Forms are asked for from next door by one office and one firm: who stands there counts, not as what.

    A PDF has the address of its print; one is made for its own role alone, as making one takes a second.
    """
    if stop.kind == SHEET:
        return (person.role, person.place) == (stop.role, HOME)
    return person.place != SIBLING or not stop.command or person.role in SIBLINGS


async def _ask(client: httpx.AsyncClient, stop: Stop, person: Person, world: World) -> Got:
    """The sibling asks for what lies at home: the same addresses, not its own."""
    async with client.stream("GET", stop.address(world, person.tour_unit)) as answer:
        words = "" if stop.kind == STREAM else _words(answer, await answer.aread())
    return Got(stop, person, answer.status_code, answer.headers.get("location", ""), words)


def _words(answer: httpx.Response, content: bytes) -> str:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind.endswith("spreadsheetml.sheet"):
        return words_of_workbook(content)
    return READERS[kind](content) if kind in READERS else ""
