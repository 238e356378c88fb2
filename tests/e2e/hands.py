"""Two ways to work a page: with the mouse, and with the keyboard alone. A story is written once and played by both."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from playwright.sync_api import Locator, Page

__all__ = ["Hands", "Keyboard", "Mouse"]

# More than any page has places to stop at.
_MOST_STOPS = 400
_ORDERS = (("year", "month", "day"), ("month", "day", "year"))
_OUTLINED = """e => { const s = getComputedStyle(e);
    return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'; }"""


class Hands(ABC):
    """What a person does to a page. Every element is one that can be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def press(self, target: Locator) -> None:
        """A link, a button, a heading that unfolds, a box to tick."""

    @abstractmethod
    def write(self, field: Locator, text: str) -> None:
        """Put the text in place of what stands in the field."""

    @abstractmethod
    def choose(self, field: Locator, label: str) -> None:
        """The choice of these words, or the first that contains them."""

    def hand_in(self, field: Locator, path: Path) -> None:
        """A file, by the browser's own dialogue."""
        with self.page.expect_file_chooser() as asked:
            self.press(self._opener(field))
        asked.value.set_files(path)

    def _opener(self, field: Locator) -> Locator:
        """What opens the dialogue."""
        return field

    def take(self, target: Locator, path: Path) -> None:
        """What a link or button gives to keep."""
        with self.page.expect_download() as given:
            self.press(target)
        given.value.save_as(path)


class Mouse(Hands):
    """Points and clicks; text is typed, as everybody does."""

    def press(self, target: Locator) -> None:
        target.click()

    def _opener(self, field: Locator) -> Locator:
        # The field itself is not seen; a button in the page's own words stands for it.
        return field.locator("xpath=following-sibling::label[1]")

    def write(self, field: Locator, text: str) -> None:
        field.click()
        field.fill(text)

    def choose(self, field: Locator, label: str) -> None:
        field.select_option(label=_wanted(field, label))


class Keyboard(Hands):
    """Tab, Enter, Space, arrows and letters; the mouse is not touched. Where the focus is must be seen."""

    def press(self, target: Locator) -> None:
        self._reach(target)
        kind = target.evaluate("e => e.type || e.tagName")
        self.page.keyboard.press("Space" if kind in ("checkbox", "file") else "Enter")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        if field.get_attribute("type") == "date":
            self._write_day(field, text)
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        assert field.input_value() == text

    def choose(self, field: Locator, label: str) -> None:
        self._reach(field)
        wanted = _wanted(field, label)
        self.page.keyboard.press("Home")
        for _ in range(field.locator("option").count()):
            if field.evaluate("e => e.selectedOptions[0].text") == wanted:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not lead to {wanted!r}")

    def _write_day(self, field: Locator, text: str) -> None:
        """Year, month and day are three stops within a field; in which order, the browser's own language says."""
        parts = dict(zip(("year", "month", "day"), text.split("-"), strict=True))
        for order in _ORDERS:
            for name in order:
                self.page.keyboard.type(parts[name])
                if name == "year" and name != order[-1]:
                    # The only one that does not move on by itself: a year may have six digits.
                    self.page.keyboard.press("ArrowRight")
            if field.input_value() == text:
                return
            for _ in order:
                self.page.keyboard.press("ArrowLeft")

    def _reach(self, target: Locator) -> None:
        element = target.element_handle()
        for _ in range(_MOST_STOPS):
            if self.page.evaluate("e => e === document.activeElement", element):
                assert target.evaluate(_OUTLINED), f"the focus cannot be seen: {target}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {target}")


def _wanted(field: Locator, label: str) -> str:
    texts = field.locator("option").all_text_contents()
    return label if label in texts else next(text for text in texts if label in text)
