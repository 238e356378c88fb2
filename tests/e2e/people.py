"""People of an office for tests in a browser: an account at a unit, and hands that work its pages."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.e2e.browser import DESK, Visitor
from tests.e2e.hands import Hands, Keyboard
from tests.e2e.office import Office
from tests.e2e.session import session_of
from tests.fixtures.installation import Installation

__all__ = ["Person"]


class Person:
    """Someone of this role at this unit, at a desk of their own. `hands` works the mouse or the keyboard."""

    def __init__(
        self,
        browser: Browser,
        installation: Installation,
        office: Office,
        hands: Callable[[Page], Hands],
        role: str,
        unit: str,
    ) -> None:
        self.unit, self.role, self.office = unit, role, office
        self._settings = installation.settings
        self.subject = office.ask("Figures", unit=unit)["figures"]["unit"]["id"]
        self.visitor = Visitor(browser, f"http://{self._settings.address('console')}", DESK)
        self.hands = hands(self.visitor.page)
        self._looks, self._looked_at = hands is not Keyboard, set[str]()

    @property
    def page(self) -> Page:
        return self.visitor.page

    def is_there(self) -> None:
        """Logged in now: a session of another day has run out."""
        self.visitor.bear(session_of(self._settings, self.role, self.subject))

    def goes(self, path: str) -> None:
        """By the browser's address bar."""
        self.page.goto(path)

    def follows(self, name: str) -> None:
        """The first link whose words contain these."""
        self.hands.press(self.page.get_by_role("link", name=name).first)

    def presses(self, name: str) -> None:
        self.hands.press(self.page.get_by_role("button", name=name, exact=True))

    def writes(self, field: str, text: str) -> None:
        self.hands.write(self.page.locator(field), text)

    def chooses(self, field: str, label: str) -> None:
        self.hands.choose(self.page.locator(field), label)

    def looks(self, name: str) -> None:
        """The page is fit for everybody; a picture is kept. Once each, and not again with the keyboard."""
        if self._looks and name not in self._looked_at:
            self._looked_at.add(name)
            self.visitor.is_fine(name)

    def goes_home(self) -> None:
        self.visitor.close()
