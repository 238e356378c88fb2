"""Where the story plays: the cities, counties and streets of the province, each as likely as it is large."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from services.registry.demo.plan import ROOT
from services.registry.divisions import UnitRow, iter_divisions, unit_id

__all__ = ["City", "County", "Province", "Street", "load_province"]

_WEIGHTS = {
    "410100": 30.0, "410300": 10.0, "411300": 7.0, "410700": 6.5, "411400": 5.5, "411500": 5.0, "411600": 5.0,
    "410500": 5.0, "411700": 5.0, "411000": 4.5, "410400": 4.5, "410800": 4.5, "410200": 4.5, "410900": 3.5,
    "411100": 3.0, "411200": 2.5, "410600": 2.0, "419001": 1.2,
}  # fmt: skip
"""Share of a city in the province's enterprises, in per cent (assumed, by the size of the cities)."""
_DISTRICT, _COUNTY_CITY, _COUNTY = 3.0, 1.6, 1.0


@dataclass(frozen=True, slots=True)
class Street:
    unit: str
    code: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class County:
    unit: str
    code: str
    name: str
    city: City
    streets: tuple[Street, ...]


@dataclass(slots=True, eq=False)
class City:
    """A city of a prefecture, or a county-level city that stands under the province itself (济源)."""

    unit: str
    code: str
    name: str
    counties: tuple[County, ...]
    weights: tuple[float, ...]
    """Of the counties, accumulated."""


class Province:
    """All cities in division order. What is drawn depends on the given source of chance alone."""

    def __init__(self, name: str, cities: Iterable[City]) -> None:
        self.name = name
        self.unit = unit_id(ROOT)
        self.cities = tuple(cities)
        self.counties = tuple(county for city in self.cities for county in city.counties)
        self._weights = tuple(accumulate(_WEIGHTS[city.code] for city in self.cities))

    def draw(self, chance: Random) -> County:
        """A county, districts of large cities more often."""
        city = chance.choices(self.cities, cum_weights=self._weights)[0]
        return chance.choices(city.counties, cum_weights=city.weights)[0]


def load_province() -> Province:
    """The division tree as it stands; it has been the same ever since the story begins. Takes a second or two."""
    below: dict[str, list[UnitRow]] = defaultdict(list)
    root: UnitRow | None = None
    for row in iter_divisions():
        if row.valid_until is None and row.code is not None and row.parent is not None:
            below[row.parent].append(row)
            root = row if row.code == ROOT else root
    assert root is not None, f"the divisions hold no province {ROOT}"
    seats = sorted((row for row in below[root.id] if row.code in _WEIGHTS), key=lambda row: row.order)
    return Province(root.name, (_city(row, below) for row in seats))


def _city(row: UnitRow, below: dict[str, list[UnitRow]]) -> City:
    assert row.code is not None
    city = City(row.id, row.code, row.name, (), ())
    own = below[row.id] if row.level == "city" else [row]
    counties = [_county(county, city, below) for county in sorted(own, key=lambda row: row.order)]
    city.counties = tuple(county for county in counties if county.streets)
    city.weights = tuple(accumulate(_weight(county) for county in city.counties))
    return city


def _county(row: UnitRow, city: City, below: dict[str, list[UnitRow]]) -> County:
    streets = sorted(below[row.id], key=lambda street: street.order)
    return County(row.id, row.code or "", row.name, city, tuple(Street(s.id, s.code or "", s.name) for s in streets))


def _weight(county: County) -> float:
    place = int(county.code[4:6])
    size = _DISTRICT if place <= 20 else _COUNTY_CITY if place > 80 else _COUNTY
    # Not all are alike; the code makes the same county large or small in every demonstration.
    return size * (0.5 + int(county.code) * 7919 % 101 / 100)
