"""Every page in a real browser: axe-core, what is cut or covered, and the pictures of the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import DESK, PHONE, Visitor
from tests.e2e.tour.looking import faults_of, photograph
from tests.e2e.tour.people import Person
from tests.e2e.tour.pictures import DIRECTORY, WRITES, first_sheet, keep
from tests.e2e.tour.stop import PAGE, PRINT, Stop
from tests.e2e.tour.stops import WITHOUT_CASE, tour
from tests.e2e.tour.world import World

Party = Mapping[tuple[str, str], Person]
PHONE_MARK = "-phone"
LOOKED_AT = [stop for stop in tour() if stop.kind in (PAGE, PRINT) and stop.name not in WITHOUT_CASE]
PICTURED = [stop for stop in LOOKED_AT if not stop.alike]
ON_PHONES = [stop for stop in PICTURED if stop.phone]
ALIKE = [stop for stop in LOOKED_AT if stop.alike]


class Tourist:
    """Goes to stops as whoever they are made for, in windows of one size."""

    def __init__(self, browser: Browser, size: dict[str, int], party: Party, world: World) -> None:
        self._browser, self._size, self._party, self._world = browser, size, party, world
        self._visitors: dict[tuple[str, str], Visitor] = {}

    def look(self, stop: Stop) -> Visitor:
        """Open the page. Raises AssertionError when it is not shown."""
        visitor, person = self._as(stop)
        address = stop.address(self._world, person.tour_unit)
        answer = visitor.page.goto(address)
        assert answer is not None
        assert answer.ok, (address, answer.status)
        return visitor

    def close(self) -> None:
        for visitor in self._visitors.values():
            visitor.close()

    def _as(self, stop: Stop) -> tuple[Visitor, Person]:
        who = stop.role, stop.place
        if who not in self._visitors:
            self._visitors[who] = Visitor(self._browser, self._party[who].address, self._size)
            self._visitors[who].bear(self._party[who].cookie)
        return self._visitors[who], self._party[who]


@pytest.fixture(scope="module")
def desk(browser: Browser, party: Party, world: World) -> Iterator[Tourist]:
    found = Tourist(browser, DESK, party, world)
    yield found
    found.close()


@pytest.fixture(scope="module")
def phone(browser: Browser, party: Party, world: World) -> Iterator[Tourist]:
    found = Tourist(browser, PHONE, party, world)
    yield found
    found.close()


def looks_right(visitor: Visitor, part: str | None = None) -> None:
    visitor.is_accessible(part)
    assert not faults_of(visitor.page)


@pytest.mark.parametrize("stop", PICTURED, ids=lambda stop: stop.name)
def test_each_page_at_a_desk(desk: Tourist, stop: Stop) -> None:
    visitor = desk.look(stop)
    looks_right(visitor)
    if stop.kind == PAGE:
        keep(stop.name, lambda: photograph(visitor.page))
    else:
        keep(stop.name, lambda: first_sheet(visitor.page.pdf(prefer_css_page_size=True, print_background=True)))


@pytest.mark.parametrize("stop", ON_PHONES, ids=lambda stop: stop.name)
def test_pages_for_looking_up_on_a_phone(phone: Tourist, stop: Stop) -> None:
    visitor = phone.look(stop)
    looks_right(visitor)
    keep(f"{stop.name}{PHONE_MARK}", lambda: photograph(visitor.page))


@pytest.mark.parametrize("stop", ALIKE, ids=lambda stop: stop.name)
def test_pages_made_alike(desk: Tourist, stop: Stop) -> None:
    """What surrounds them is looked at with the others."""
    looks_right(desk.look(stop), "#main")


def test_no_picture_is_left_of_a_page_that_is_gone() -> None:
    wanted = {stop.name for stop in PICTURED} | {f"{stop.name}{PHONE_MARK}" for stop in ON_PHONES}
    kept = {path.stem: path for path in DIRECTORY.iterdir()}
    for name in kept.keys() - wanted if WRITES else ():
        kept.pop(name).unlink()
    assert kept.keys() == wanted
