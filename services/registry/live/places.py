"""Where a record's address lies: by the divisions of the record's own day, asked from a thread beside the units."""

from __future__ import annotations

import asyncio
from datetime import date

from services.registry.feed.places import PlaceBook
from services.registry.feed.placing import Placer

__all__ = ["DatedPlaces"]


class DatedPlaces:
    """Of one call, made on the event loop that owns the units; afterwards `on` belongs to one other thread."""

    def __init__(self, book: PlaceBook) -> None:
        self._book = book
        self._loop = asyncio.get_running_loop()
        self._known: dict[date, Placer] = {}

    def on(self, day: date) -> Placer:
        """What places by the divisions of the day, for the whole deployment. Blocks, so never on the event loop."""
        found = self._known.get(day)
        if found is None:
            asked = asyncio.run_coroutine_threadsafe(self._book.placer("", day), self._loop)
            found = self._known[day] = asked.result()
        return found
