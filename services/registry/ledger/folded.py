"""Enterprises as a check folded them, at hand for the import that follows when a person agrees."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from services.registry.domain.enterprise import Enterprise

__all__ = ["Folded"]


class Folded:
    """At most `most`. Whether they still stand so is for who takes them to see."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._kept: dict[str, Enterprise] = {}

    def keep(self, enterprises: Iterable[Enterprise]) -> None:
        """Keep copies of these, as far as there is room."""
        for enterprise in enterprises:
            if len(self._kept) < self._most:
                self._kept[enterprise.id] = enterprise.copy()

    def take(self, subjects: Collection[str]) -> dict[str, Enterprise]:
        """Those of the subjects that were kept; they are the caller's now."""
        taken = ((subject, self._kept.pop(subject, None)) for subject in subjects)
        return {subject: enterprise for subject, enterprise in taken if enterprise is not None}

    def clear(self) -> None:
        self._kept.clear()
