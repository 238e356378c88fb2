"""Is a poisonous record the store's? The owner of the log is asked before the record may move a place."""

from __future__ import annotations

import time

import structlog

from xianfeng.bus.fetch import Fetch
from xianfeng.bus.intake import Coordinates, Entry, coordinates

__all__ = ["Verifier"]

_PATIENCE = 10.0
_REMEMBERED = 10_000

logger = structlog.get_logger(__name__)


class Verifier:
    """Remembers its answers. While the owner is away a record passes: a forged one then shows at its replay."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._answers: dict[Coordinates, bool] = {}
        self._away_until = 0.0

    def genuine(self, entry: Entry) -> bool:
        """Whether the log has these bytes at this position."""
        key = coordinates(entry.record)
        if key not in self._answers:
            if time.monotonic() < self._away_until:
                return True
            try:
                answer = self._ask(entry)
            except Exception as error:
                logger.warning("log-owner-away", error=repr(error))
                self._away_until = time.monotonic() + _PATIENCE
                return True
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[key] = answer
        return self._answers[key]

    def _ask(self, entry: Entry) -> bool:
        after = entry.head.subjectversion - 1 if entry.head else 0
        stored = self._fetch(entry.subject, max(after, 0))
        return any(found.position == entry.position and found.raw == entry.record.value for found in stored)
