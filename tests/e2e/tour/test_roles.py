"""Every page as every role, at its own unit and from next door (domain §1, §9, §11)."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from services.console import pages
from tests.e2e.tour.people import PLACES
from tests.e2e.tour.pictures import WRITES
from tests.e2e.tour.stop import HOME, SIBLING
from tests.e2e.tour.stops import OWN, STATIC, WITHOUT_CASE, tour
from tests.e2e.tour.told import MARKS, PATH, document
from tests.e2e.tour.walking import Got
from tests.e2e.tour.world import NEIGHBOUR, REASON
from tests.fixtures.wording import forbidden_in, foreign_in
from xianfeng.words import say

PROJECT = Path(__file__).parents[3]
Gots = Mapping[tuple[str, str, str], Got]
# There people read what processes and commands are called.
NAMING = ("health", "health-now", "ledger-workbook")
PROGRAMS = {
    "Python", "console", "coverage", "dead-letters", "directory", "import", "kafka", "ledger", "list", "postgres",
    "registry", "xianfeng",
}  # fmt: skip
FEW = say("coverage.value.few-members")


def addresses() -> Iterator[str]:
    """The templates of all addresses that the console answers to a reader."""
    for module in pkgutil.iter_modules(pages.__path__):
        for route in importlib.import_module(f"{pages.__name__}.{module.name}").router.routes:
            if "GET" in route.methods:
                yield route.path


def test_the_table_names_every_address_and_no_other() -> None:
    assert {stop.route for stop in tour()} - {STATIC} == set(addresses())
    names = [stop.name for stop in tour()]
    assert len(names) == len(set(names))


def test_who_is_shown_what_is_as_written(gots: Gots) -> None:
    strange = {key: got.status for key, got in gots.items() if got.status not in MARKS and not got.place}
    assert not strange
    written, found = PROJECT / PATH, document(list(tour()), gots)
    if WRITES:
        written.write_text(found, encoding="utf-8")
    assert written.read_text(encoding="utf-8") == found


def test_each_page_is_shown_to_somebody(gots: Gots) -> None:
    """A page that nobody sees would be looked at by no other test."""
    shown = {name for (name, _, _), got in gots.items() if got.shown or got.place}
    assert {stop.name for stop in tour()} - shown == WITHOUT_CASE


def test_an_enterprise_sees_its_own_filing_alone(gots: Gots) -> None:
    for place in PLACES:
        mine = [got for (_, role, where), got in gots.items() if role == "enterprise" and where == place and got.shown]
        assert {got.stop.name for got in mine} <= OWN
        hidden = (
            say(f"registry.value.{REASON}"),
            NEIGHBOUR if place == HOME else "云栖",
            say("registry.value.served_well"),
        )
        told = {(got.stop.name, word) for got in mine for word in hidden if word in got.words}
        assert not told


def test_one_or_two_members_are_a_band_next_door(gots: Gots) -> None:
    """The enterprise has two formal members: its own unit reads 2, its working unit reads a band and no 2."""
    formal = say("coverage.slot.formal")
    own, next_door = (gots["enterprise", "housing_authority", place] for place in PLACES)
    assert re.search(rf"{formal}\n2名", own.words)
    assert FEW in next_door.words
    for (_, role, place), got in gots.items():
        if place == SIBLING and role != "enterprise":
            assert not re.search(rf"{formal}\W+2(?!\d)", got.words), (got.stop.name, role)


def test_words_are_those_of_the_field(gots: Gots) -> None:
    wrong = {
        (got.stop.name, word, instead) for got in gots.values() for word, instead in forbidden_in(got.words).items()
    }
    assert not wrong


def test_nothing_is_said_in_another_language(gots: Gots) -> None:
    foreign = {(got.stop.name, word) for got in gots.values() for word in foreign_in(got.words)}
    assert not {(name, word) for name, word in foreign if name not in NAMING or word not in PROGRAMS}
