"""The entries of many subjects side by side, as columns: what a whole partition is assessed from at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.coverage.domain.folded import EMPTY, ENTRY_NUMBERS, EVENT_NUMBERS, Folded, Texts
from services.coverage.domain.slots import SLOTS, TEXTUAL, Slot

__all__ = ["DAY_BITS", "DAY_MASK", "Bools", "Columns", "Ints", "columns_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_EVENT_BYTES = EVENT_NUMBERS * 4
_TEXTUAL = np.zeros(SLOTS, np.bool_)
_TEXTUAL[list(TEXTUAL)] = True
DAY_BITS = 22
DAY_MASK = (1 << DAY_BITS) - 1
"""A day in the lowest bits of a key: sorted by key is sorted by what stands above it, then by day."""


class Columns:
    """Valid entries of `size` subjects, each named by its place.

    The `value` of a textual slot and every `ident` is a place in `texts`, 0 for the empty text; no ident is -1. The
    same text has one place within a subject, but others in other subjects.
    """

    __slots__ = ("day", "ident", "size", "slot", "subject", "texts", "until", "value", "version")

    def __init__(self, size: int, texts: Texts, columns: Sequence[Ints]) -> None:
        self.size, self.texts = size, texts
        self.subject, self.day, self.version, self.slot, self.value, self.until, self.ident = columns

    def where(self, chosen: Bools) -> Columns:
        columns = (self.subject, self.day, self.version, self.slot, self.value, self.until, self.ident)
        return Columns(self.size, self.texts, [column[chosen] for column in columns])


def columns_of(subjects: Sequence[Folded]) -> Columns:
    """The entries of these subjects, without voids and what they take out."""
    told = _numbers([folded.events for folded in subjects], EVENT_NUMBERS)
    said = _numbers([folded.entries for folded in subjects], ENTRY_NUMBERS)
    told_of = np.repeat(np.arange(len(subjects)), [len(folded.events) // _EVENT_BYTES for folded in subjects])
    event = np.repeat(np.arange(len(told_of)), told[2])
    subject = told_of[event]
    slot, value, until, ident = said
    texts = [folded.texts for folded in subjects]
    begins = np.cumsum([0, *map(len, texts)])[subject]
    # The empty text is the same for all.
    value = np.where(_TEXTUAL[slot] & (value > EMPTY), value + begins, value)
    ident = np.where(ident > EMPTY, ident + begins, ident)
    columns = [subject, told[0][event], told[1][event], slot, value, until, ident]
    return _valid(Columns(len(subjects), Texts(b"".join(texts) or b"\0"), columns))


def _numbers(bodies: Sequence[bytearray], width: int) -> Ints:
    """A column of each number."""
    return np.frombuffer(b"".join(bodies), "<i4").reshape(-1, width).T.astype(np.int64)


def _valid(columns: Columns) -> Columns:
    void = columns.slot == Slot.VOID
    if not void.any():
        return columns
    event = columns.subject << 32 | columns.version
    voided = columns.subject[void] << 32 | columns.value[void]
    return columns.where(~void & ~np.isin(event, voided))
