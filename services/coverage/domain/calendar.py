"""Years and New Year's Days of proleptic ordinals, by the column."""

from __future__ import annotations

from datetime import date

import numpy as np

from services.coverage.domain.columns import Ints

__all__ = ["new_year_from", "new_year_of", "year_of"]

_EPOCH = date(1970, 1, 1).toordinal()


def year_of(day: Ints) -> Ints:
    return (day - _EPOCH).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def new_year_of(year: Ints) -> Ints:
    """1 January of each year."""
    return (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) + _EPOCH


def new_year_from(day: Ints) -> Ints:
    """The first 1 January from each day on."""
    this = new_year_of(year_of(day))
    return np.where(this == day, day, new_year_of(year_of(day) + 1))
