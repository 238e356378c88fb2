"""The entries of many subjects side by side, as columns: what a whole partition is assessed from at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.coverage.domain.slots import Entry, Slot

__all__ = ["DAY_BITS", "DAY_MASK", "Bools", "Columns", "Ints", "columns_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_FIELDS = 6
"""Of an Entry."""
DAY_BITS = 22
DAY_MASK = (1 << DAY_BITS) - 1
"""A day in the lowest bits of a key: sorted by key is sorted by what stands above it, then by day."""


class Columns:
    """Valid entries of `size` subjects, each named by its place.

    The `value` of a text and every `ident` is a place in `texts`, where the empty text is the first; no ident is -1.
    """

    __slots__ = ("day", "ident", "size", "slot", "subject", "texts", "until", "value", "version")

    def __init__(self, size: int, texts: list[str], columns: Sequence[Ints]) -> None:
        self.size, self.texts = size, texts
        self.subject, self.day, self.version, self.slot, self.value, self.until, self.ident = columns

    def where(self, chosen: Bools) -> Columns:
        columns = (self.subject, self.day, self.version, self.slot, self.value, self.until, self.ident)
        return Columns(self.size, self.texts, [column[chosen] for column in columns])


class _Places(dict[str, int]):
    """Texts in the order of their first mention."""

    def __missing__(self, text: str) -> int:
        self[text] = place = len(self)
        return place


def columns_of(subjects: Sequence[list[Entry]]) -> Columns:
    """The entries of these subjects, without voids and what they take out."""
    flat: list[Any] = list(chain.from_iterable(chain.from_iterable(subjects)))
    places = _Places({"": 0})
    # By slices: turning tuples over by `zip` makes an object of each, for the collector to look through.
    day, version, slot, value, until, ident = (flat[n::_FIELDS] for n in range(_FIELDS))
    numbers = [day, version, slot, _values(value, places), until, _idents(ident, places)]
    subject = np.repeat(np.arange(len(subjects)), [len(some) for some in subjects])
    columns = [subject, *(np.fromiter(column, np.int64, len(column)) for column in numbers)]
    return _valid(Columns(len(subjects), list(places), columns))


def _values(values: Sequence[Any], places: _Places) -> list[int]:
    return [places[value] if value.__class__ is str else value for value in values]


def _idents(idents: Sequence[str | None], places: _Places) -> list[int]:
    return [-1 if ident is None else places[ident] for ident in idents]


def _valid(columns: Columns) -> Columns:
    void = columns.slot == Slot.VOID
    if not void.any():
        return columns
    event = columns.subject << 32 | columns.version
    voided = columns.subject[void] << 32 | columns.value[void]
    return columns.where(~void & ~np.isin(event, voided))
