"""The vocabulary of the divisions: one row is one span of a unit with one name under one parent."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from xianfeng.event import subject_id

__all__ = ["CITY", "COUNTY", "FIRST_DAY", "LEVELS", "NATION", "NATION_CODE", "NATION_NAME", "PROVINCE", "STREET",
           "UnitRow", "unit_id"]  # fmt: skip

NATION, PROVINCE, CITY, COUNTY, STREET = LEVELS = ("nation", "province", "city", "county", "street")

NATION_CODE, NATION_NAME = "100000", "中华人民共和国"

FIRST_DAY = date(1980, 1, 1)
"""The tables begin with 1980; what stood then is taken to have stood from this day."""


class UnitRow(NamedTuple):
    """A unit from `valid_from` to `valid_until` (its last day; None: until further notice).

    A row whose unit goes on is followed by one that begins the next day under the same id; otherwise the unit was
    closed, and `successors` are the units that took it over. `order` sorts siblings as their codes do; `also` are
    other names by which people look for the unit.
    """

    id: str
    code: str | None
    name: str
    level: str
    parent: str | None
    order: int
    valid_from: date
    valid_until: date | None = None
    successors: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def unit_id(code: str) -> str:
    """The subject of a unit: of the division that bears this code now or bore it last.

    A unit without a code is known by its path of names (江苏省常州市常州经济开发区), an earlier bearer of a code that
    was given away by `code/first year` (410602/1980).
    """
    return subject_id("unit", code)
