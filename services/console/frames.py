"""A live frame: the page's own live elements by id, whole for who comes, the difference for who follows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services.console.templating import Pages
from services.console.views.overview import overview

__all__ = ["Frame", "Renderer", "live_elements"]

# Live elements hold text alone, and escaping leaves no bare angle bracket in a text or an attribute.
LIVE = re.compile(r"<(\w+) ([^<>]*\bdata-live\b[^<>]*)>[^<]*</\1>")
ID = re.compile(r'\bid="([^"]*)"')


@dataclass(frozen=True)
class Frame:
    """The live elements of a unit's page, id → HTML; ``shape`` changes when the page has other rows."""

    unit: str
    shape: str
    elements: Mapping[str, str]

    @cached_property
    def whole(self) -> bytes:
        return self._event(self.elements)

    def since(self, before: Frame) -> bytes:
        """Return the event of what differs from an earlier frame; empty bytes when nothing does."""
        changed = {name: html for name, html in self.elements.items() if before.elements.get(name) != html}
        return self._event(changed) if changed or self.shape != before.shape else b""

    def _event(self, elements: Mapping[str, str]) -> bytes:
        data = json.dumps({"shape": self.shape, "live": elements}, ensure_ascii=False, separators=(",", ":"))
        return f"event: {self.unit}\ndata: {data}\n\n".encode()


class Renderer:
    """Makes a frame of coverage's overview with the template that the page itself includes."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def __call__(self, answer: Any) -> Frame:
        view = overview(answer)
        return Frame(view.unit.id, view.shape, live_elements(self._pages.text("parts/numbers.html", view=view)))


def live_elements(html: str) -> dict[str, str]:
    """Return the live elements of a page, id → HTML."""
    found = {}
    for element in LIVE.finditer(html):
        name = ID.search(element[2])
        assert name is not None
        found[name[1]] = element[0]
    return found
