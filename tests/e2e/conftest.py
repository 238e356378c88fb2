"""One installation with a moved clock, shared by the tests that only add to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser

from tests.e2e.browser import DESK, Visit, Visitor, chromium
from tests.e2e.office import MovedClock, Office, codes
from tests.e2e.page import Page
from tests.e2e.session import session_of
from tests.fixtures.installation import Installation
from xianfeng.clock import SHANGHAI

START = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
_CODES = codes(2026)


@pytest.fixture(scope="session")
def clock(tmp_path_factory: pytest.TempPathFactory) -> MovedClock:
    """Begins on Monday 2026-03-02 and is moved on by the tests, one after the other."""
    return MovedClock(tmp_path_factory.mktemp("clock") / "now", START)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, clock: MovedClock) -> Iterator[Installation]:
    with Installation(tmp_path_factory.mktemp("installation"), {"XIANFENG_CLOCK": clock.spec}) as found:
        yield found


@pytest.fixture(scope="session")
def office(installation: Installation) -> Iterator[Office]:
    found = Office(installation.settings)
    yield found
    found.close()


@pytest.fixture(scope="session")
def page(installation: Installation) -> Iterator[Page]:
    found = Page(installation.settings)
    yield found
    found.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def visit(browser: Browser, installation: Installation, office: Office) -> Iterator[Visit]:
    """Open a browser of an account with this role at this unit (a code or a subject)."""
    settings, opened = installation.settings, list[Visitor]()

    def visit(role: str, unit: str, size: dict[str, int] = DESK) -> Visitor:
        subject = office.ask("Figures", unit=unit)["figures"]["unit"]["id"]
        opened.append(Visitor(browser, f"http://{settings.address('console')}", size))
        opened[-1].bear(session_of(settings, role, subject))
        return opened[-1]

    yield visit
    for visitor in opened:
        visitor.close()


@pytest.fixture(scope="session")
def new_codes() -> Iterator[str]:
    """Valid credit codes, each given out once."""
    return _CODES


@pytest.fixture
def code(new_codes: Iterator[str]) -> str:
    return next(new_codes)


@pytest.fixture
def form_own(office: Office, clock: MovedClock) -> Callable[[str], str]:
    """Form an enterprise's own organisation, approved today; its subject."""

    def form(code: str) -> str:
        opened = office.do("OpenOrganisation", name="单独党支部", form="own", unit="410802", of=code)
        organisation: str = opened["subject"]
        office.do("RecordStep", organisation=organisation, step="approved", on=clock.today, number="组〔2026〕9号")
        return organisation

    return form
