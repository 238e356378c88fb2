"""An installation of the tour's own: an invented province that looks the same each time, under a clock that stands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime

import pytest

from tests.e2e.office import MovedClock, Office
from tests.e2e.tour.people import PLACES, Person, people
from tests.e2e.tour.stops import tour
from tests.e2e.tour.walking import Got, walk
from tests.e2e.tour.world import World, settle
from tests.fixtures.installation import Installation
from xianfeng.clock import SHANGHAI

TODAY = datetime(2026, 3, 10, 9, tzinfo=SHANGHAI)
PROVINCE = ("--enterprises", "800", "--projects", "1600", "--until", "2026-03-09")


@pytest.fixture(scope="package")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    clock = MovedClock(tmp_path_factory.mktemp("tour-clock") / "now", TODAY)
    with Installation(tmp_path_factory.mktemp("tour"), {"XIANFENG_CLOCK": clock.spec}) as found:
        found.cli("demo", *PROVINCE)
        yield found


@pytest.fixture(scope="package")
def toured_office(toured: Installation) -> Iterator[Office]:
    found = Office(toured.settings)
    yield found
    found.close()


@pytest.fixture(scope="package")
def world(toured_office: Office) -> World:
    toured_office.settle()
    return settle(toured_office)


@pytest.fixture(scope="package")
def party(toured: Installation, toured_office: Office, world: World) -> Mapping[tuple[str, str], Person]:
    return people(toured.settings, toured_office, world)


@pytest.fixture(scope="package")
def gots(world: World, party: Mapping[tuple[str, str], Person]) -> Mapping[tuple[str, str, str], Got]:
    """What everybody got everywhere."""
    return asyncio.run(walk(tour(), (one for one in party.values() if one.place in PLACES), world))
