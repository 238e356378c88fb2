"""Where an enterprise is: the unit that its address names, under the divisions of the row's time. Never a guess."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from services.registry.feed.gazetteer import Gazetteer
from services.registry.feed.rows import RegistryRow
from xianfeng.units import TreeOfDay

__all__ = ["UPPER", "Place", "Placer"]

UPPER = frozenset({"nation", "province", "city"})
"""Levels at which an enterprise waits to be placed (待落位)."""

_NOISE = re.compile(r"^(中华人民共和国|中国|住所|地址|注册地址)?[:：]?")
_ROAD = re.compile(
    r"^[东西南北中新前后老大小环内外一二三四五六七八九十0-9]{0,2}"
    r"(路|街|道|大道|巷|里|弄|桥|村|庄|园|苑|城|屯|广场|市场|商|大厦|宾馆|饭店|酒店|公司|厂|校|院|站|口|湖|河|山|楼|号|小区|家属)"
)
_ANYWHERE = 40


class Place(NamedTuple):
    """`unit` is where the enterprise is to stand. `outside`: not under the account's unit, and where that is."""

    unit: str
    outside: str = ""


class _Where(NamedTuple):
    province: str | None = None
    city: str | None = None
    county: str | None = None
    rest: str = ""


class Placer:
    """Places rows for an account whose unit is `top`. May be used in a thread; one thread at a time."""

    def __init__(self, gazetteer: Gazetteer, top: str) -> None:
        self.tree: TreeOfDay = gazetteer.tree
        self.top = top
        self._names = gazetteer
        self._above_top = frozenset(self.path(top)) - {top}
        self._under: dict[str, bool] = {}
        self._cities: dict[str, str | None] = {}
        self._context = lru_cache(maxsize=5_000)(self._read_context)

    def __reduce__(self) -> tuple[type[Placer], tuple[Gazetteer, str]]:
        """What it remembers of its answers does not travel to another process."""
        return Placer, (self._names, self.top)

    def place(self, row: RegistryRow) -> Place:
        """The smallest unit that the row surely names; what it cannot tell waits above."""
        context = self._context(row.province, row.area)
        told = self._read(_bare(row.address), context, row.founded)
        unit = told.county or told.city or told.province
        if unit is None or unit in self._above_top:
            return Place(self.top)
        if told.county and told.rest and (street := self._names.streets(told.county).begin(told.rest)):
            unit = self._names.streets(told.county)[street]
        return Place(unit) if self.holds(unit) else Place(unit, outside=self.tree.path_name(unit))

    def holds(self, unit: str) -> bool:
        """Does the unit lie under the account's?"""
        found = self._under.get(unit)
        if found is None:
            found = self._under[unit] = unit in self.tree and self.tree.lies_under(unit, self.top)
        return found

    def lies_under(self, unit: str, above: str) -> bool:
        return unit in self.tree and above in self.tree and self.tree.lies_under(unit, above)

    def city(self, unit: str) -> str | None:
        """The city of a unit, itself or above it; None for a province and what is unknown."""
        if unit not in self._cities:
            self._cities[unit] = next((of[at] for at in self.path(unit) if at in (of := self._names.city_of)), None)
        return self._cities[unit]

    def unplaced(self, unit: str) -> bool:
        """Does an enterprise at this unit wait to be placed?"""
        return unit in self.tree and self.tree.level(unit) in UPPER

    def path(self, unit: str) -> list[str]:
        """The unit and all above it, up to the top of the tree; nothing for a unit that is unknown."""
        path, at = [], unit if unit in self.tree else None
        while at is not None and at not in path:
            path.append(at)
            at = self.tree.parent(at)
        return path

    def _read_context(self, province: str, area: str) -> _Where:
        """What the columns of province and area say; the area may name a county as well."""
        found = self._names.provinces.get(province)
        city = self._city_named(area, found)
        if city is not None:
            return _Where(self._names.province_of[city], city)
        return self._read(area, _Where(found), "") if area else _Where(found)

    def _read(self, text: str, context: _Where, founded: str) -> _Where:
        province, text = self._province(text, context)
        whole = self._county_first(text, context if province in (None, context.province) else _Where(province))
        if whole is not None:
            return whole
        city, rest = self._city(text, province, context)
        if city is None:
            former = self._former(text, founded, lambda found: province in (None, self._names.province_of[found]))
            city = self._names.city_of[former[0]] if former else None
            return _Where(province if city is None else self._names.province_of[city], city, *(former or ()))
        county, rest = self._county(rest, city, founded)
        return _Where(self._names.province_of[city], city, county, rest)

    def _province(self, text: str, context: _Where) -> tuple[str | None, str]:
        name = self._names.provinces.begin(text)
        if not name:
            return context.province, text
        province, rest = self._names.provinces[name], text[len(name) :]
        # 河南路 is a road: a province without its 省 must be followed by one of its cities.
        if self.tree.name(province) == name or self._city_at(rest, province)[0]:
            return province, rest
        return context.province, text

    def _county_first(self, text: str, context: _Where) -> _Where | None:
        """An address that begins with a county: of the city told, else of the one city that has it."""
        name = self._names.bearers.begin(text)
        if not name:
            return None
        found = [c for c in self._names.bearers[name] if self._fits(c, context)]
        if len(found) != 1:
            return None
        city = self._names.city_of[found[0]]
        return _Where(self._names.province_of[city], city, found[0], text[len(name) :])

    def _fits(self, county: str, context: _Where) -> bool:
        city = self._names.city_of[county]
        if context.city:
            return city == context.city
        return context.province is None or self._names.province_of[city] == context.province

    def _city(self, text: str, province: str | None, context: _Where) -> tuple[str | None, str]:
        city, rest = self._city_at(text, province)
        if city is not None:
            return city, rest
        return (context.city, text) if province in (None, context.province) else (None, text)

    def _city_at(self, text: str, province: str | None) -> tuple[str | None, str]:
        name = self._names.cities.begin(text)
        city = self._city_named(name, province)
        if city is None:
            return None, text
        rest = text[len(name) :]
        # 南京路 is a road: a city without its 市 must be followed by something else.
        if self.tree.name(city) != name and _ROAD.match(rest) and not self._names.counties[city].begin(rest):
            return None, text
        return city, rest

    def _city_named(self, name: str, province: str | None) -> str | None:
        found = self._names.cities.get(name) or []
        found = [city for city in found if province is None or self._names.province_of[city] == province]
        return found[0] if len(found) == 1 else None

    def _county(self, text: str, city: str, founded: str) -> tuple[str | None, str]:
        """The county at the beginning of the text, else one that the text names whole, else none."""
        names = self._names.counties[city]
        if not names.known and self.tree.level(city) not in UPPER:
            return city, text
        if name := names.begin(text):
            return names[name], text[len(name) :]
        former = self._former(text, founded, lambda found: found == city)
        if former is not None:
            return former
        short = self._shortened(text, city)
        return short if short is not None else (self._anywhere(text, city), "")

    def _former(self, text: str, founded: str, of_city: Callable[[str], bool]) -> tuple[str, str] | None:
        """By a name that was borne at some time since the enterprise was founded, when it leads to one unit."""
        name = self._names.formers.begin(text)
        if not name or not founded:
            return None
        # The tables of divisions are of whole years.
        year = int(founded[:4])
        formers = (f for f in self._names.formers[name] if f.end.year >= year and of_city(self._names.city_of[f.unit]))
        units = {former.unit for former in formers}
        return (units.pop(), text[len(name) :]) if len(units) == 1 else None

    def _shortened(self, text: str, city: str) -> tuple[str, str] | None:
        """固始凤凰新城 is in 固始县; 金水路 may be anywhere."""
        short = self._names.shorts[city].begin(text)
        rest = text[len(short) :]
        return (self._names.shorts[city][short], rest) if short and not _ROAD.match(rest) else None

    def _anywhere(self, text: str, city: str) -> str | None:
        head = text[:_ANYWHERE]
        found = {unit for name, unit in self._names.counties[city].known.items() if len(name) > 2 and name in head}
        return found.pop() if len(found) == 1 else None


def _bare(address: str) -> str:
    """Without blanks, and without what says no more than that it is an address."""
    text = address.replace(" ", "")
    noise = _NOISE.match(text)
    return text[noise.end() :] if noise else text
