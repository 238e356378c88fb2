"""A workbook's values as texts: numbers with all their digits, days as ISO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from xianfeng.tabular.cells import CUT, LONGEST_CELL, NO_KINDS, Kind, Row

__all__ = ["Value", "number_text", "row_of"]

Value = int | float | str | bool | time | date | datetime | timedelta
EXACT = 2.0**53


def row_of(number: int, offset: int, values: Sequence[Value], marked: Mapping[int, Kind]) -> Row | None:
    """A row whose first value stands in the column `offset`; None if it is blank. What is marked keeps its mark."""
    texts = [""] * offset
    kinds: dict[int, Kind] = {}
    for value in values:
        if isinstance(value, str):
            if len(value) > LONGEST_CELL or "\ufffd" in value or "\0" in value:
                kinds[len(texts)] = Kind.TOO_LONG if len(value) > LONGEST_CELL else Kind.DAMAGED
                value = value[:CUT].replace("\0", "")  # noqa: PLW2901
            texts.append(value)
        else:
            kinds[len(texts)], text = _typed(value)
            texts.append(text)
    kinds.update(marked)
    if not kinds and not any(map(str.strip, texts)):
        return None
    return Row(number, tuple(texts), kinds or NO_KINDS)


def _typed(value: int | float | bool | time | date | datetime | timedelta) -> tuple[Kind, str]:
    if isinstance(value, bool):
        return Kind.BOOLEAN, str(value).upper()
    if isinstance(value, int | float):
        return Kind.NUMBER, number_text(value)
    if isinstance(value, datetime):
        whole_day = value.time() == time.min
        return Kind.DATE, value.date().isoformat() if whole_day else value.isoformat(sep=" ", timespec="seconds")
    return Kind.DATE, str(value)


def number_text(value: float) -> str:
    """A number as it would be typed: no exponent, no `.0`; beyond 2^53 the digits that are known, then noughts."""
    if abs(value) < EXACT and value == int(value):
        return str(int(value))
    return format(Decimal(repr(value)), "f").removesuffix(".0")
