"""The names by which addresses call units: of the day, short ones, and those that they bore before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from xianfeng.units import NATION, Closed, Opened, Renamed, TreeOfDay, UnitChange, UnitTree

__all__ = ["Former", "Gazetteer", "Names", "city_short", "county_short"]

T = TypeVar("T")

_PROVINCE = re.compile(r"(省|市|特别行政区|(壮族|回族|维吾尔)?自治区)$")
_CITY = re.compile(r"(市|地区|盟|林区|([^市]{1,4}族)+自治州|自治州)$")
_COUNTY = re.compile(r"(自治县|自治旗|新区|区|县|市|旗)$")
_PEOPLE = re.compile(r"(?<=..)(各族|回族|满族|蒙古族|达斡尔族|朝鲜族|土家族|苗族|瑶族|壮族|彝族|藏族|畲族|侗族|土族)+")
_STREET = re.compile(r"(街道|地区)$")


class Former(NamedTuple):
    """A name that a county bore before the day, from `begin` until before `end`; `unit`: what stands there today."""

    begin: date
    end: date
    unit: str


class Names(Generic[T]):
    """Names → what bears them, asked by the beginning of a text."""

    def __init__(self, known: Mapping[str, T]) -> None:
        self.known = known
        self._beginning: dict[str, list[str]] = {}
        for name in sorted(known, key=len, reverse=True):
            self._beginning.setdefault(name[:2], []).append(name)

    def begin(self, text: str) -> str:
        """The longest name with which the text begins; empty when there is none."""
        for name in self._beginning.get(text[:2], ()):
            if text.startswith(name):
                return name
        return ""

    def __getitem__(self, name: str) -> T:
        return self.known[name]

    def get(self, name: str) -> T | None:
        return self.known.get(name)


class Gazetteer:
    """Names → units of one day, for the whole nation. Made in some 50 ms, asked from any thread afterwards."""

    def __init__(self, units: UnitTree, day: date) -> None:
        self.tree: TreeOfDay = units.on(day)
        self.counties: dict[str, Names[str]] = {}
        self.shorts: dict[str, Names[str]] = {}
        self.city_of: dict[str, str] = {}
        self.province_of: dict[str, str] = {}
        self._streets: dict[str, Names[str]] = {}
        self._of_provinces: dict[str, str] = {}
        self._of_cities: dict[str, list[str]] = {}
        self._of_counties: dict[str, list[str]] = {}
        self._read_provinces(self.tree.find(NATION))
        self.provinces = Names(self._of_provinces)
        self.cities = Names(self._of_cities)
        self.bearers = Names(self._of_counties)
        self.formers = Names(self._formers(units.changed()))

    def streets(self, county: str) -> Names[str]:
        """Names of the streets and towns below a county, also as 办事处."""
        found = self._streets.get(county)
        if found is None:
            names = {self.tree.name(street): street for street in self.tree.children(county)}
            offices = {_STREET.sub("", name) + "办事处": unit for name, unit in names.items() if _STREET.search(name)}
            found = self._streets[county] = Names(offices | names)
        return found

    def _read_provinces(self, tops: Iterable[str]) -> None:
        for top in tops:
            for province in self.tree.children(top):
                name = self.tree.name(province)
                self._of_provinces |= {name: province, _PROVINCE.sub("", name): province}
                for city in self.tree.children(province):
                    self._read_city(province, city)

    def _read_city(self, province: str, city: str) -> None:
        name = self.tree.name(city)
        self.city_of[city], self.province_of[city] = city, province
        for known in {name, city_short(name)}:
            self._of_cities.setdefault(known, []).append(city)
        names: dict[str, str] = {}
        for county in self.tree.children(city):
            self.city_of[county], full = city, self.tree.name(county)
            names |= {_PEOPLE.sub("", full): county, full: county}
            self._of_counties.setdefault(full, []).append(county)
        self.counties[city] = Names(names)
        self.shorts[city] = Names({s: unit for full, unit in names.items() if (s := county_short(full)) != full})

    def _formers(self, changed: Iterable[tuple[str, str, list[UnitChange]]]) -> dict[str, list[Former]]:
        formers: dict[str, list[Former]] = {}
        for unit, level, changes in changed:
            stands = self.stands_for(unit) if level == "county" else None
            if stands is None:
                continue
            for name, begin, end in _spans(changes):
                # The tree's day may be any until the next change: a name that ended on it is a former one.
                if end <= self.tree.day or not self.tree.alive(unit):
                    formers.setdefault(name, []).append(Former(begin, end, stands))
        return formers

    def stands_for(self, unit: str) -> str | None:
        """The county, or city without counties, that stands today where this one stood; None when there are several."""
        now = unit if self.tree.alive(unit) else self.tree.counted_in(unit)
        return now if self.tree.level(now) == "county" and now in self.city_of else None


def city_short(name: str) -> str:
    """郑州市 → 郑州; a name of one character stays whole."""
    short = _CITY.sub("", name)
    return short if len(short) > 1 else name


def county_short(name: str) -> str:
    """管城回族区 → 管城; a name of one character stays whole."""
    short = _COUNTY.sub("", _PEOPLE.sub("", name))
    return short if len(short) > 1 else name


def _spans(changes: list[UnitChange]) -> Iterator[tuple[str, date, date]]:
    """Name, first day, and first day without it (no day at all of the last name), of each name that a unit bore."""
    name, begin = "", date.min
    for change in changes:
        if isinstance(change, Opened | Renamed | Closed):
            if name and change.day > begin:
                yield name, begin, change.day
            name, begin = ("" if isinstance(change, Closed) else change.name), change.day
    if name:
        yield name, begin, date.max
